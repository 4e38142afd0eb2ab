package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"

	"jieshi/geo/overlay"
	"jieshi/geo/overlay/overlaytest"
)

// copyHead begins every stream of COPY BINARY: signature, no flags, no extension.
const copyHead = "PGCOPY\n\xff\r\n\x00" + "\x00\x00\x00\x00" + "\x00\x00\x00\x00"

var copyEnd = []byte{0xff, 0xff}

var errCopy = errors.New("COPY BINARY sent what is no row of an id and a geometry")

// writeClaims fills table (id bigint, g geometry).
func writeClaims(ctx context.Context, conn *pgconn.PgConn, table string, claims []overlaytest.Claim) error {
	out, in := io.Pipe()
	go func() {
		w := bufio.NewWriterSize(in, 1<<16)
		_, _ = w.WriteString(copyHead)
		var row, ground []byte
		be := binary.BigEndian
		for _, c := range claims {
			ground = appendWKB(ground[:0], c.Ground)
			row = be.AppendUint16(row[:0], 2)
			row = be.AppendUint64(be.AppendUint32(row, 8), uint64(c.ID))       //nolint:gosec // two's complement
			row = append(be.AppendUint32(row, uint32(len(ground))), ground...) //nolint:gosec // below 1 GB
			_, _ = w.Write(row)
		}
		_, _ = w.Write(copyEnd)
		_ = in.CloseWithError(w.Flush()) // nil is the end
	}()
	_, err := conn.CopyFrom(ctx, out, "COPY "+table+" (id, g) FROM STDIN BINARY")
	_ = out.Close() // lets the writer go where COPY gave up
	if err != nil {
		return fmt.Errorf("claims into %s: %w", table, err)
	}
	return nil
}

// readLayer reads a table into a layer of the kernel, rows as they come, a share
// of its pages over each connection.
func readLayer(ctx context.Context, table string, conns ...*pgconn.PgConn) (*overlay.Layer, error) {
	answer, err := conns[0].Exec(ctx, "SELECT pg_relation_size('"+table+"') / current_setting('block_size')::int").ReadAll()
	if err != nil {
		return nil, fmt.Errorf("size of %s: %w", table, err)
	}
	pages, err := strconv.Atoi(string(answer[0].Rows[0][0]))
	if err != nil {
		return nil, fmt.Errorf("size of %s: %w", table, err)
	}
	shares, faults := make([]claimRows, len(conns)), make([]error, len(conns))
	var all sync.WaitGroup
	for i, conn := range conns {
		all.Go(func() {
			where := fmt.Sprintf("ctid >= '(%d,0)'", pages*i/len(conns))
			if i+1 < len(conns) {
				where += fmt.Sprintf(" AND ctid < '(%d,0)'", pages*(i+1)/len(conns))
			}
			_, faults[i] = conn.CopyTo(ctx, &shares[i], "COPY (SELECT id, g FROM "+table+" WHERE "+where+") TO STDOUT BINARY")
		})
	}
	all.Wait()
	if err := errors.Join(faults...); err != nil {
		return nil, fmt.Errorf("claims of %s: %w", table, err)
	}
	for i := range shares[1:] {
		shares[0].build.Join(&shares[i+1].build)
	}
	return shares[0].build.Build()
}

// claimRows takes COPY's messages; of those that come out, each holds whole rows
// (PostgreSQL documentation, 55.2.6: "always one per row").
type claimRows struct {
	build  overlay.Builder
	ground wkbReader
	begun  bool
}

func (c *claimRows) Write(b []byte) (int, error) {
	n := len(b)
	if !c.begun {
		if !bytes.HasPrefix(b, []byte(copyHead)) {
			return 0, errCopy
		}
		b, c.begun = b[len(copyHead):], true
	}
	for len(b) > 0 && !bytes.Equal(b, copyEnd) {
		rest, err := c.row(b)
		if err != nil {
			return 0, err
		}
		b = rest
	}
	return n, nil
}

// row takes one row: columns, length and ID, length and ground.
func (c *claimRows) row(b []byte) (rest []byte, err error) {
	const fixed = 2 + 4 + 8 + 4
	be := binary.BigEndian
	if len(b) < fixed || be.Uint16(b) != 2 || be.Uint32(b[2:]) != 8 {
		return nil, errCopy
	}
	size := int(be.Uint32(b[14:]))
	if size > len(b)-fixed {
		return nil, errCopy
	}
	ground, err := c.ground.read(b[fixed : fixed+size])
	if err != nil {
		return nil, err
	}
	id := int64(be.Uint64(b[6:])) //nolint:gosec // two's complement
	return b[fixed+size:], c.build.Add(id, ground)
}

// writePairs fills table (a bigint, b bigint, m2 float8).
func writePairs(ctx context.Context, conn *pgconn.PgConn, table string, pairs []overlay.Pair) error {
	be := binary.BigEndian
	stream := make([]byte, 0, len(copyHead)+len(pairs)*38+2)
	stream = append(stream, copyHead...)
	for _, p := range pairs {
		stream = be.AppendUint16(stream, 3)
		for _, word := range [3]uint64{uint64(p.A), uint64(p.B), math.Float64bits(float64(p.Area.SquareMetres()))} { //nolint:gosec // two's complement
			stream = be.AppendUint64(be.AppendUint32(stream, 8), word)
		}
	}
	stream = append(stream, copyEnd...)
	if _, err := conn.CopyFrom(ctx, bytes.NewReader(stream), "COPY "+table+" FROM STDIN BINARY"); err != nil {
		return fmt.Errorf("pairs into %s: %w", table, err)
	}
	return nil
}
