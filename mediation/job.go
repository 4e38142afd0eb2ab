package mediation

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// A JobKind says what a file is to become.
type JobKind string

// The kinds: 踏界, 正射影像, 航飞, 拼接, 离线地图包. A mosaic is the orthophoto that an
// engine makes of a stored flight; a package is made of what is stored, too.
const (
	JobWalk       JobKind = "walk"
	JobOrthophoto JobKind = "orthophoto"
	JobFlight     JobKind = "flight"
	JobMosaic     JobKind = "mosaic"
	JobPackage    JobKind = "package"
)

// JobKinds lists every kind.
var JobKinds = []JobKind{JobWalk, JobOrthophoto, JobFlight, JobMosaic, JobPackage}

// A JobState is where a job stands, in the words of OGC API Processes
// (18-062r2, statusCode).
type JobState string

// The states: 已受理, 处理中, 已完成, 失败, 已取消. A job goes from accepted to
// running and back as often as its worker dies or a fault of ours is tried again,
// and ends in one of the other three; only [JobFailed] is ever left again, when a
// person asks for it.
const (
	JobAccepted   JobState = "accepted"
	JobRunning    JobState = "running"
	JobSuccessful JobState = "successful"
	JobFailed     JobState = "failed"
	JobDismissed  JobState = "dismissed"
)

// JobStates lists every state.
var JobStates = []JobState{JobAccepted, JobRunning, JobSuccessful, JobFailed, JobDismissed}

// Ended reports whether nothing more will happen by itself.
func (s JobState) Ended() bool { return s == JobSuccessful || s == JobFailed || s == JobDismissed }

// A JobOutcome says what became of the file of a job that was done.
type JobOutcome string

// The outcomes: 已入库, 不予受理. A refused file is a job well done.
const (
	JobReady   JobOutcome = "ready"
	JobRefused JobOutcome = "refused"
)

// An Order asks for a stored file to become a walk or an orthophoto of a case.
// Equal orders are one job.
type Order struct {
	Kind     JobKind
	Case     string // number; empty: a package of a register
	Party    string // whose walk; empty for a picture
	Filename string // as the person calls it
	SHA256   Hash
	Size     int64
	Options  json.RawMessage // how the file is to be read, an object; package intake knows what is in it
	Upload   *uuid.UUID      // the resumable upload that it came by; nil if it came otherwise
}

// A Job is an order with how far it is and how it ended (任务).
type Job struct {
	ID uuid.UUID
	Order
	OrderedAt time.Time
	OrderedBy string

	State      JobState
	Stage      string    // what is being done; empty before and after
	Progress   float64   // per cent of this attempt's work, 0 to 100
	ETA        time.Time // zero: nobody knows yet
	Attempts   int       // begun since it was ordered or tried again by a person
	Faults     int       // of ours, that ended some of them
	StartedAt  time.Time // of the first attempt; zero: not yet
	FinishedAt time.Time // zero until it has ended

	Outcome  JobOutcome      // empty unless successful
	Subject  *uuid.UUID      // the walk, orthophoto, flight or package, once ready
	Evidence *uuid.UUID      // what was filed of it, once ready
	Verdict  string          // of a walk, once ready: adopted or questioned
	Report   json.RawMessage // what was found of the file, once ready
	Refusal  *Explanation    // why the file is refused
	Fault    string          // what to quote of a failed job
}

// A JobFilter chooses jobs, newest first. The zero JobFilter is every job.
type JobFilter struct {
	Case   string // number; empty: any
	States []JobState
	After  string // cursor of the page before; empty: the first page
	Limit  int
}

// A JobPage is one page of jobs.
type JobPage struct {
	Items []Job
	Next  string // cursor; empty on the last page
}

// A JobEvent is one change of a job. Numbers grow, within a case in the order in
// which the changes can be seen.
type JobEvent struct {
	Seq      int64
	Job      uuid.UUID
	At       time.Time
	State    JobState
	Stage    string
	Progress float64
	ETA      time.Time
	Outcome  JobOutcome
}

// An Attempt is one run at a job. Only the newest attempt at a running job can
// end it: one that was given up for dead and is not is told [ErrJobLost].
type Attempt struct {
	Job    uuid.UUID
	Number int
}

// Outcomes that who works on jobs acts on.
var (
	// ErrJobLost says that a job was dismissed, or handed to somebody else, while
	// somebody worked on it.
	ErrJobLost = errors.New("mediation: the job is no longer ours to do")
	// ErrJobDismissed says that a job was dismissed while somebody waited for its end.
	ErrJobDismissed = errors.New("mediation: the job was dismissed")
	// ErrJobEnded says that a job cannot be dismissed, tried or tried again, since it
	// has come to its end, or in case of a retry has not.
	ErrJobEnded = errors.New("mediation: the job has ended")
)

// A JobBusy says that somebody else works on a job, or that it waits after a fault.
type JobBusy struct {
	Again time.Duration // when to come back
}

func (b *JobBusy) Error() string {
	return fmt.Sprintf("mediation: the job is not to be worked on for %v", b.Again)
}

// A JobFailure says that a job failed for good, with what a person quotes to
// whoever reads the log.
type JobFailure struct {
	Job   uuid.UUID
	Fault string
}

func (f *JobFailure) Error() string {
	return fmt.Sprintf("mediation: job %s failed, fault %s", f.Job, f.Fault)
}
