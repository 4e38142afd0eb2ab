package api

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"jieshi/internal/intake"
	"jieshi/mediation"
)

// jobStore is the part of the database that these handlers use.
type jobStore interface {
	Job(ctx context.Context, id uuid.UUID) (mediation.Job, error)
	Jobs(ctx context.Context, f mediation.JobFilter) (mediation.JobPage, error)
	RetryJob(ctx context.Context, id uuid.UUID) error
	JobEvents(ctx context.Context, number string, job uuid.UUID, after int64, limit int) ([]mediation.JobEvent, error)
	LiveJobEvents(ctx context.Context, number string, job uuid.UUID) (events []mediation.JobEvent, newest int64, err error)
	MissedJobEvents(ctx context.Context, number string, job uuid.UUID, after int64) (bool, error)
}

// jobTaker waits for jobs and dismisses them.
type jobTaker interface {
	Await(ctx context.Context, id uuid.UUID) (mediation.Job, error)
	Dismiss(ctx context.Context, id uuid.UUID) error
}

// ListJobs answers GET /jobs with one page, newest first.
func (s *server) ListJobs(ctx context.Context, r ListJobsRequestObject) (ListJobsResponseObject, error) {
	p := r.Params
	page, err := s.Store.Jobs(ctx, mediation.JobFilter{
		Case: orZero(p.Case), States: each(orZero(p.State), rename[mediation.JobState, JobState]),
		After: orZero(p.Cursor), Limit: min(orZero(p.Limit), maxPage),
	})
	if err != nil {
		return nil, err
	}
	return ListJobs200JSONResponse{Items: each(page.Items, jobOf), Next: refUnlessZero(page.Next)}, nil
}

// ReadJob answers GET /jobs/{id}.
func (s *server) ReadJob(ctx context.Context, r ReadJobRequestObject) (ReadJobResponseObject, error) {
	j, err := s.Store.Job(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return ReadJob200JSONResponse(jobOf(j)), nil
}

// DismissJob answers DELETE /jobs/{id}.
func (s *server) DismissJob(ctx context.Context, r DismissJobRequestObject) (DismissJobResponseObject, error) {
	if err := s.Intake.Dismiss(ctx, r.Id); err != nil {
		return nil, err
	}
	j, err := s.Store.Job(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return DismissJob200JSONResponse(jobOf(j)), nil
}

// RetryJob answers POST /jobs/{id}/retry.
func (s *server) RetryJob(ctx context.Context, r RetryJobRequestObject) (RetryJobResponseObject, error) {
	if err := s.Store.RetryJob(ctx, r.Id); err != nil {
		return nil, err
	}
	j, err := s.Store.Job(ctx, r.Id)
	if err != nil {
		return nil, err
	}
	return RetryJob202JSONResponse{Body: jobOf(j), Headers: RetryJob202ResponseHeaders{Location: ref(jobPath(j.ID))}}, nil
}

// patience is how long the sender of a file is kept waiting for the end of its job.
const patience = 30 * time.Second

// awaitShort waits for the end of a job that was ordered just now, unless the
// sender prefers not to (RFC 7240) or it takes long. What the job gave instead of
// a result is the error; a job that goes on is returned as it stands.
func (s *server) awaitShort(ctx context.Context, p intake.Placed, prefer string) (j mediation.Job, err error) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if strings.Contains(strings.ToLower(prefer), "respond-async") {
		cancel()
	}
	if waiting.Err() == nil {
		j, err = s.Intake.Await(waiting, p.Job)
	}
	switch {
	case ctx.Err() != nil:
		return j, ctx.Err()
	case waiting.Err() != nil:
		return s.Store.Job(ctx, p.Job)
	case err != nil:
		return j, err
	}
	return j, intake.JobError(j)
}

func jobPath(id uuid.UUID) string { return basePath + "/jobs/" + id.String() }

func jobOf(j mediation.Job) Job {
	out := Job{
		Id: j.ID, Kind: JobKind(j.Kind), Case: refUnlessZero(j.Case), Party: refUnlessZero(j.Party), Filename: j.Filename, Sha256: j.SHA256.String(), SizeBytes: j.Size,
		Upload: j.Upload, OrderedAt: j.OrderedAt.UTC(), OrderedBy: j.OrderedBy,
		State: JobState(j.State), Stage: refUnlessZero(j.Stage), Progress: j.Progress, Eta: timeUnlessZero(j.ETA), Attempts: j.Attempts,
		StartedAt: timeUnlessZero(j.StartedAt), FinishedAt: timeUnlessZero(j.FinishedAt), Fault: refUnlessZero(j.Fault),
		Links: []Link{
			{Rel: "self", Href: jobPath(j.ID)},
			{Rel: "events", Href: jobPath(j.ID) + "/events"},
		},
	}
	if j.Case != "" {
		out.Links = append(out.Links, Link{Rel: "case", Href: basePath + "/cases/" + url.PathEscape(j.Case)})
	}
	if j.State == mediation.JobFailed {
		out.Links = append(out.Links, Link{Rel: "retry", Href: jobPath(j.ID) + "/retry"})
	}
	if j.Outcome != "" {
		out.Outcome = outcomeOfJob(j)
	}
	switch {
	case j.Outcome != mediation.JobReady:
	case j.Kind == mediation.JobPackage:
		out.Links = append(out.Links, Link{Rel: "result", Href: packagePath(*j.Subject)})
	default:
		kind := j.Kind
		if kind == mediation.JobMosaic {
			kind = mediation.JobOrthophoto
		}
		out.Links = append(out.Links, Link{Rel: "result", Href: basePath + "/cases/" + url.PathEscape(j.Case) + "/" + string(kind) + "s"})
	}
	return out
}

func outcomeOfJob(j mediation.Job) *JobOutcome {
	o := &JobOutcome{Status: JobOutcomeStatus(j.Outcome), Evidence: j.Evidence}
	switch {
	case j.Subject == nil:
	case j.Kind == mediation.JobWalk:
		o.Walk, o.Verdict = j.Subject, refUnlessZero(j.Verdict)
	case j.Kind == mediation.JobOrthophoto, j.Kind == mediation.JobMosaic:
		o.Orthophoto = j.Subject
	case j.Kind == mediation.JobFlight:
		o.Flight = j.Subject
	case j.Kind == mediation.JobPackage:
		o.Package = j.Subject
	}
	if r := j.Refusal; r != nil {
		o.Refusal = &Refusal{
			Code: r.Code, Reason: Text{Zh: r.Reason.ZH, En: r.Reason.EN}, Remedy: Text{Zh: r.Remedy.ZH, En: r.Remedy.EN},
			Where: refUnlessZero(r.Where), Facts: r.Facts,
		}
	}
	return o
}
