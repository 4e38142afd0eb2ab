package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"
	"unicode"

	"github.com/google/uuid"
	"golang.org/x/text/unicode/norm"

	"jieshi/ingest"
	"jieshi/ingest/raster"
	"jieshi/internal/blob"
	"jieshi/internal/nodeodm"
	"jieshi/mediation"
)

// Store is the part of the database that taking in needs.
type Store interface {
	Case(ctx context.Context, number string) (mediation.Case, error)
	Claims(ctx context.Context, number string) ([]mediation.Claim, error)
	HoldIntake(ctx context.Context) (release func(), err error)
	SweepIntake(ctx context.Context, sweep func(known func(mediation.Hash) (bool, error)) error) (bool, error)
	jobs
	SaveWalk(ctx context.Context, w mediation.NewWalk, tell func(mediation.SavedWalk) (json.RawMessage, error)) (mediation.SavedWalk, error)
	OrthophotoReport(ctx context.Context, number string, file mediation.Hash) (json.RawMessage, error)
	SaveOrthophoto(ctx context.Context, o mediation.NewOrthophoto, tell func(uuid.UUID, bool) (json.RawMessage, error), keep func() error) (uuid.UUID, bool, error)
	checks
	slopes
	mosaics
	packages
	SaveFlight(ctx context.Context, f mediation.NewFlight, tell func(uuid.UUID, bool) (json.RawMessage, error)) (uuid.UUID, bool, error)
}

// Limits bound one file.
type Limits struct {
	WalkBytes       int64 // default 256 MiB
	OrthophotoBytes int64 // default 64 GiB
}

// An Intake takes files in. Its fields are set once, before the first file.
type Intake struct {
	Store  Store
	Files  *blob.Store
	Raster raster.Config
	Limits Limits
	// Quota bounds what may be brought, see [mediation.Quota]. The zero Quota is none.
	Quota mediation.Quota
	Log   *slog.Logger
	// Faults is after how many faults of ours a job has failed. Defaults to 5.
	Faults int
	// Backoff is how long a job waits after its nth fault, from 1. Defaults to
	// 1 s, and four times as long after each.
	Backoff func(faults int) time.Duration

	// Engine makes orthophotos of flights. Nil: none is set up.
	Engine *nodeodm.Client
	// Run is what is not the default of [nodeodm.Job]: pauses and patience.
	Run nodeodm.Job

	// PackageExpiry is how long a package for offline maps stays that nobody uses.
	// Defaults to 30 days.
	PackageExpiry time.Duration

	// Observe is told of each job that ends here as ready, refused or failed. May be nil.
	Observe func(kind mediation.JobKind, end string, took time.Duration)

	// working bounds how many jobs are worked on by those who wait for them, here:
	// each takes a connection. The pools of workers have bounds of their own.
	working atomic.Int32
}

func (in *Intake) walkBytes() int64       { return orDefault(in.Limits.WalkBytes, 256<<20) }
func (in *Intake) orthophotoBytes() int64 { return orDefault(in.Limits.OrthophotoBytes, 64<<30) }

func orDefault(v, standard int64) int64 {
	if v > 0 {
		return v
	}
	return standard
}

// Sweep removes what programs that were killed left behind, unless somebody is
// bringing files in just now.
func (in *Intake) Sweep(ctx context.Context) error {
	if empty, err := in.Files.Swept(); empty || err != nil {
		return err
	}
	_, err := in.Store.SweepIntake(ctx, func(known func(mediation.Hash) (bool, error)) error {
		removed, err := in.Files.Sweep(ctx, known)
		if removed > 0 {
			in.Log.InfoContext(ctx, "removed files that a killed program left behind", "files", removed)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	return nil
}

// An arrival is files on their way into the store.
type arrival struct {
	intake *Intake
	files  []*blob.Incoming
	letGo  func()
}

// arrive sweeps, and says that files are on their way. The caller calls end when
// they have been kept or given up.
func (in *Intake) arrive(ctx context.Context) (*arrival, error) {
	if err := in.Sweep(ctx); err != nil {
		return nil, err
	}
	letGo, err := in.Store.HoldIntake(ctx)
	if err != nil {
		return nil, err
	}
	return &arrival{intake: in, letGo: letGo}, nil
}

// receive takes the bytes of one file, at most limit: more are [blob.ErrTooLarge].
func (a *arrival) receive(ctx context.Context, r io.Reader, limit int64) (*blob.Incoming, error) {
	file, err := a.intake.Files.Receive(ctx, r, limit)
	if err == nil {
		a.files = append(a.files, file)
	}
	return file, err
}

// adopt takes in a file that was made from another.
func (a *arrival) adopt(ctx context.Context, path string) (*blob.Incoming, error) {
	file, err := a.intake.Files.Adopt(ctx, path)
	if err == nil {
		a.files = append(a.files, file)
	}
	return file, err
}

// end clears the files from incoming; those that were kept have their places.
// Then it sweeps once more: a program that was killed just before this one may
// have held on while the database finished its last query.
func (a *arrival) end(ctx context.Context, err error) {
	a.clear(ctx, err)
	a.letGo()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := a.intake.Sweep(ctx); err != nil {
		a.intake.Log.ErrorContext(ctx, "files stay until the next sweep", "error", err)
	}
}

// clear leaves to the sweep what was kept and then ended in err: a connection
// may break in the commit, and only the database can tell whether the rows are
// there.
func (a *arrival) clear(ctx context.Context, err error) {
	in := a.intake
	if err != nil && slices.ContainsFunc(a.files, (*blob.Incoming).Kept) {
		return
	}
	for _, file := range a.files {
		if err := file.Discard(); err != nil {
			in.Log.ErrorContext(ctx, "incoming file stays until the next sweep", "error", err)
		}
	}
}

// RefuseEmpty says that a file has no bytes.
func RefuseEmpty() error {
	return &ingest.Refusal{
		Code:   "file_empty",
		Reason: ingest.Text{ZH: "文件是空的，或没有说明大小。", EN: "The file is empty, or its size was not declared."},
		Remedy: ingest.Text{ZH: "请检查文件后重新上传。", EN: "Check the file and send it again."},
	}
}

func refuseTooLarge(limit int64) *ingest.Refusal {
	return &ingest.Refusal{
		Code: "file_too_large",
		Reason: ingest.Text{
			ZH: fmt.Sprintf("文件超过 %d MiB 的上限。", limit>>20),
			EN: fmt.Sprintf("The file is longer than the limit of %d MiB.", limit>>20),
		},
		Remedy: ingest.Text{ZH: "请分段导出，或请管理员提高上限。", EN: "Export it in parts, or ask the administrator to raise the limit."},
	}
}

// cleanFilename makes a name from outside fit to be stored and shown: the last
// part of the path, composed, on one line, at most 200 characters.
func cleanFilename(name, standard string) string {
	name = path.Base(strings.ReplaceAll(norm.NFC.String(name), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 200 {
		name = string(runes[:200])
	}
	if name = strings.TrimSpace(name); name == "" || name == "." || name == "/" {
		return standard
	}
	return name
}

// cleanParty makes the name of a party fit to be compared with others.
func cleanParty(name string) (string, error) {
	name = cleanName(name)
	if n := len([]rune(name)); n == 0 || n > 200 {
		return "", &ingest.Refusal{
			Code:   "party_name",
			Reason: ingest.Text{ZH: "当事人名称应为 1 至 200 个字。", EN: "The name of a party has 1 to 200 characters."},
			Remedy: ingest.Text{ZH: "请填写当事人名称，例如“龙塘村第三村民小组”。", EN: "Say who claims this ground, for example \"Longtang village, group 3\"."},
		}
	}
	return name, nil
}

// cleanConsent is the name of who consented to leave out flagged fixes. A name
// without anything to consent to is a slip of whoever wrote it.
func cleanConsent(q WalkRequest) (string, error) {
	name := cleanName(q.Consent)
	if len([]rune(name)) > 100 || name != "" && !q.DropFlagged {
		return "", &ingest.Refusal{
			Code:   "consent_invalid",
			Reason: ingest.Text{ZH: "同意人只在剔除可疑点时填写，至多 100 个字。", EN: "Somebody consents only where flagged fixes are left out, with a name of at most 100 characters."},
			Remedy: ingest.Text{ZH: "请同时选择剔除可疑点，或去掉同意人。", EN: "Ask for flagged fixes to be left out as well, or take the name away."},
		}
	}
	return name, nil
}

// cleanName is a name in one line of visible characters, composed.
func cleanName(name string) string {
	name = strings.Join(strings.Fields(norm.NFC.String(strings.ToValidUTF8(name, ""))), " ")
	return strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) {
			return -1
		}
		return r
	}, name)
}
