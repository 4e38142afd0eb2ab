package postgres_test

import (
	"testing"

	"jieshi/ingest"
)

// What was drawn was not measured, whatever error somebody states for it.
func TestADrawnLineIsOfNoMeasuredClass(t *testing.T) {
	db, _, ctx := open(t)
	number := threeClaims(t, ctx, db)
	claims, err := db.Claims(ctx, number)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range claims {
		if c.Class != ingest.ClassReference {
			t.Errorf("the line that %s drew is of class %q", c.Party.Name, c.Class)
		}
	}
}
