package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// A spell is what one statement took.
type spell struct {
	statement string
	waited    time.Duration // from handing it over until the last row is read
	onCPU     time.Duration // of the backend
	queued    time.Duration // of the backend, for a processor
}

// A tracer notes the spells of one connection, one after the other.
type tracer struct {
	spells []spell
	open   spell
	begun  time.Time
	before schedule
	pid    uint32
}

// take returns what was noted since the last time.
func (t *tracer) take() []spell {
	taken := t.spells
	t.spells = nil
	return taken
}

func (t *tracer) start(conn *pgx.Conn, statement string) {
	t.pid = conn.PgConn().PID()
	t.open = spell{statement: statement}
	t.before, t.begun = scheduleOf(t.pid), time.Now()
}

func (t *tracer) end() {
	t.open.waited = time.Since(t.begun)
	after := scheduleOf(t.pid)
	t.open.onCPU, t.open.queued = after.onCPU-t.before.onCPU, after.queued-t.before.queued
	t.spells = append(t.spells, t.open)
}

func (t *tracer) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	t.start(conn, nameOf(data.SQL))
	return ctx
}

func (t *tracer) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) { t.end() }

func (t *tracer) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	name := "(empty batch)"
	if q := data.Batch.QueuedQueries; len(q) > 0 {
		name = "batch from " + nameOf(q[0].SQL)
	}
	t.start(conn, name)
	return ctx
}

func (t *tracer) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (t *tracer) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) { t.end() }

func (t *tracer) TraceCopyFromStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceCopyFromStartData) context.Context {
	t.start(conn, "COPY "+data.TableName.Sanitize())
	return ctx
}

func (t *tracer) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) { t.end() }

// nameOf is the name in the head of a query file, or the first words.
func nameOf(sql string) string {
	if head, ok := strings.CutPrefix(sql, "-- "); ok {
		name, _, _ := strings.Cut(head, ":")
		return name
	}
	words := strings.Fields(sql)
	return strings.Join(words[:min(len(words), 7)], " ")
}

// A schedule is what the kernel has noted of a process.
type schedule struct{ onCPU, queued time.Duration }

// scheduleOf reads /proc/PID/schedstat; zeros where there is none.
func scheduleOf(pid uint32) (s schedule) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
	if err == nil {
		_, _ = fmt.Sscan(string(text), (*int64)(&s.onCPU), (*int64)(&s.queued)) // zeros say that it is unknown
	}
	return s
}
