package mediation

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
)

// A PackageSubject is what a package of tiles shows: an orthophoto or an audit.
type PackageSubject struct {
	Orthophoto uuid.UUID // uuid.Nil: an audit
	Audit      int       // 0: an orthophoto
}

// A TilePackage is a file of map tiles for people without a network (离线地图包). It
// can be made again at any time, so it is no evidence, and it is removed when nobody
// has used it for long.
type TilePackage struct {
	ID       uuid.UUID
	Case     string // number; empty: of an audit
	Subject  PackageSubject
	Content  Hash            // of what it shows and how: equal ones are equal files
	Options  json.RawMessage // what it shows and how; package offline knows what is in it
	Filename string
	SHA256   Hash // of the file
	Size     int64
	Tiles    int64
	MadeAt   time.Time
	MadeBy   string
	UsedAt   time.Time // when it was ordered or downloaded last, to the hour
	Replaced bool      // a newer one shows the same thing as it is now
}

// A PackageOrder asks for a package.
type PackageOrder struct {
	Subject  PackageSubject
	Content  Hash
	Options  json.RawMessage
	Filename string
	Source   Asset // what tiles are cut from: a stored file, or the rows of an audit by their checksum
}

// A NewTilePackage is a package on its way into the store.
type NewTilePackage struct {
	PackageOrder
	SHA256  Hash
	Size    int64
	Tiles   int64
	Attempt Attempt
}
