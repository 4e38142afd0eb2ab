package mediation

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// An EvidenceKind says what an item of evidence is.
type EvidenceKind string

// The kinds.
const (
	EvidenceWalk            EvidenceKind = "walk"
	EvidenceOrthophoto      EvidenceKind = "orthophoto"
	EvidenceOrthophotoCheck EvidenceKind = "orthophoto_check"
	EvidenceFlight          EvidenceKind = "flight"
	EvidenceRun             EvidenceKind = "run"
	EvidenceDocument        EvidenceKind = "document"
	EvidenceWithdrawal      EvidenceKind = "withdrawal"
)

// A Hash is a SHA-256.
type Hash [sha256.Size]byte

// String returns the hash in hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText writes the hash in hex.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hex digits.
func (h *Hash) UnmarshalText(text []byte) error {
	if hex.DecodedLen(len(text)) != len(h) {
		return fmt.Errorf("mediation: a hash has %d hex digits, not %d", 2*len(h), len(text))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// An Evidence is an item that was put before the mediator. It is never changed
// and never deleted. Items of a case form a chain: each link is the hash of the
// item and of the link before it, so that nothing can be altered, taken out or
// slipped in without every later link changing.
type Evidence struct {
	ID            uuid.UUID      `json:"id"`
	Case          string         `json:"case"`
	Seq           int            `json:"seq"`
	Kind          EvidenceKind   `json:"kind"`
	Subject       uuid.UUID      `json:"subject"` // the walk, orthophoto, check, flight, run or withdrawal that it is
	Title         string         `json:"title"`
	Content       []byte         `json:"-"` // canonical JSON, its files named by hash
	ContentSHA256 Hash           `json:"content_sha256"`
	FiledAt       time.Time      `json:"filed_at"` // UTC, microseconds
	FiledBy       string         `json:"filed_by"`
	Source        string         `json:"source"`   // from what
	Software      string         `json:"software"` // with what
	Files         []EvidenceFile `json:"files"`
	PrevSHA256    Hash           `json:"prev_sha256"` // zero for the first item
	LinkSHA256    Hash           `json:"link_sha256"`
}

// An EvidenceFile is one file of an item, named by its content.
type EvidenceFile struct {
	Role     string `json:"role"` // "original", "display", "thumbnail"
	Filename string `json:"filename"`
	SHA256   Hash   `json:"sha256"`
	Size     int64  `json:"size"`
}

// link is what LinkSHA256 covers, as JSON in this order of fields.
type link struct {
	Format        string         `json:"format"`
	ID            uuid.UUID      `json:"id"`
	Case          string         `json:"case"`
	Seq           int            `json:"seq"`
	Kind          EvidenceKind   `json:"kind"`
	Subject       uuid.UUID      `json:"subject"`
	Title         string         `json:"title"`
	ContentSHA256 Hash           `json:"content_sha256"`
	FiledAt       string         `json:"filed_at"`
	FiledBy       string         `json:"filed_by"`
	Source        string         `json:"source"`
	Software      string         `json:"software"`
	Files         []EvidenceFile `json:"files"`
	PrevSHA256    Hash           `json:"prev_sha256"`
}

// Link returns the hash that binds the item to its place in the chain.
func (e Evidence) Link() Hash {
	files := e.Files
	if files == nil {
		files = []EvidenceFile{}
	}
	b, err := json.Marshal(link{
		Format: "jieshi-link/1", ID: e.ID, Case: e.Case, Seq: e.Seq, Kind: e.Kind, Subject: e.Subject, Title: e.Title,
		ContentSHA256: e.ContentSHA256, FiledAt: e.FiledAt.UTC().Format("2006-01-02T15:04:05.000000Z"), FiledBy: e.FiledBy,
		Source: e.Source, Software: e.Software, Files: files, PrevSHA256: e.PrevSHA256,
	})
	if err != nil {
		panic("mediation: a link of plain fields cannot fail to marshal: " + err.Error())
	}
	return sha256.Sum256(b)
}

// A ChainFault names the first thing that is wrong with a chain of evidence.
type ChainFault struct {
	Seq  int
	What string // "missing", "content", "link", "prev", "order"
	Want Hash
	Got  Hash
}

func (f *ChainFault) Error() string {
	switch f.What {
	case "missing":
		return fmt.Sprintf("evidence %d is missing from the chain", f.Seq)
	case "content":
		return fmt.Sprintf("the content of evidence %d was altered: its hash is %s, the chain says %s", f.Seq, f.Got, f.Want)
	case "prev":
		return fmt.Sprintf("evidence %d does not follow from the item before it: it names %s, that item is %s", f.Seq, f.Got, f.Want)
	default:
		return fmt.Sprintf("the entry of evidence %d was altered: its link is %s, the chain says %s", f.Seq, f.Got, f.Want)
	}
}

// VerifyChain checks items, oldest first, and returns a [*ChainFault] for the
// first that is wrong. An empty chain is whole.
func VerifyChain(items []Evidence) error {
	var prev Hash
	for i, e := range items {
		switch {
		case e.Seq != i+1:
			return &ChainFault{Seq: i + 1, What: "missing"}
		case Hash(sha256.Sum256(e.Content)) != e.ContentSHA256:
			return &ChainFault{Seq: e.Seq, What: "content", Want: e.ContentSHA256, Got: sha256.Sum256(e.Content)}
		case e.PrevSHA256 != prev:
			return &ChainFault{Seq: e.Seq, What: "prev", Want: prev, Got: e.PrevSHA256}
		case e.Link() != e.LinkSHA256:
			return &ChainFault{Seq: e.Seq, What: "link", Want: e.LinkSHA256, Got: e.Link()}
		}
		prev = e.LinkSHA256
	}
	return nil
}
