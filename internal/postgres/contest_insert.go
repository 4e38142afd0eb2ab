package postgres

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"jieshi/mediation"
)

var (
	pieceInsert  = query("piece_insert")
	extentInsert = query("extent_insert")
)

// queueRun files a run, and places its case anew.
func queueRun(batch *pgx.Batch, caseID uuid.UUID, run *mediation.Run) error {
	document, err := run.Document()
	if err != nil {
		return err
	}
	sum := sha256.Sum256(document)
	batch.Queue(`INSERT INTO contest_run (id, case_id, number, srid, grid_m, k, engine, document, sha256)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		run.ID, caseID, run.Number, run.SRID, run.GridM, run.K, run.Engine, document, sum[:])
	claims, versions := make([]uuid.UUID, len(run.Inputs)), make([]int, len(run.Inputs))
	for i, in := range run.Inputs {
		claims[i], versions[i] = in.Claim, in.Version
	}
	batch.Queue(`INSERT INTO contest_input (run_id, claim_id, claim_version)
		SELECT $1, claim, version FROM unnest($2::uuid[], $3::integer[]) AS input (claim, version)`, run.ID, claims, versions)
	if len(run.Pieces) > 0 {
		batch.Queue(pieceInsert, pieceColumns(run))
	}
	batch.Queue(extentInsert, extentColumns(run))
	batch.Queue(caseAreas, pgx.StrictNamedArgs{"case_id": caseID, "run_id": run.ID})
	return nil
}

func pieceColumns(run *mediation.Run) pgx.StrictNamedArgs {
	n, sides, verdict := []int{}, []string{}, []string{}
	var nominal, core, label [][]byte
	var measures [6][]float64
	var width, tolerance []float64
	var sliver []bool
	for _, p := range run.Pieces {
		n, sides, verdict = append(n, p.N), append(sides, arrayText(p.Sides)), append(verdict, string(p.Verdict))
		nominal, core, label = append(nominal, p.GroundEWKB), append(core, p.CoreEWKB), append(label, p.LabelEWKB)
		for i, m := range [2]mediation.Measure{p.Nominal, p.Core} {
			measures[3*i] = append(measures[3*i], float64(m.Plane.SquareMetres))
			measures[3*i+1] = append(measures[3*i+1], float64(m.Ellipsoidal.SquareMetres))
			measures[3*i+2] = append(measures[3*i+2], float64(m.Plane.Sigma))
		}
		width, tolerance, sliver = append(width, p.WidthM), append(tolerance, p.ToleranceM), append(sliver, p.Sliver)
	}
	return pgx.StrictNamedArgs{
		"run_id": run.ID, "n": n, "sides": sides, "verdict": verdict, "nominal": nominal, "core": core, "label": label,
		"nominal_plane": measures[0], "nominal_ellipsoidal": measures[1], "nominal_sigma": measures[2],
		"core_plane": measures[3], "core_ellipsoidal": measures[4], "core_sigma": measures[5],
		"width": width, "tolerance": tolerance, "sliver": sliver,
	}
}

func extentColumns(run *mediation.Run) pgx.StrictNamedArgs {
	var level, sides []string
	var ground [][]byte
	var plane, ellipsoidal, sigma []float64
	for _, e := range run.Extents {
		level, sides, ground = append(level, string(e.Level)), append(sides, arrayText(e.Sides)), append(ground, e.EWKB)
		plane = append(plane, float64(e.Area.Plane.SquareMetres))
		ellipsoidal = append(ellipsoidal, float64(e.Area.Ellipsoidal.SquareMetres))
		sigma = append(sigma, float64(e.Area.Plane.Sigma))
	}
	return pgx.StrictNamedArgs{
		"run_id": run.ID, "level": level, "sides": sides, "ground": ground, "plane": plane, "ellipsoidal": ellipsoidal, "sigma": sigma,
	}
}

// arrayText writes an array of numbers as PostgreSQL reads it: arrays of several
// lengths do not fit into one array.
func arrayText(numbers []int) string {
	return "{" + strings.Trim(strings.ReplaceAll(fmt.Sprint(numbers), " ", ","), "[]") + "}"
}
