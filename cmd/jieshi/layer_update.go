package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"jieshi/ingest/vector"
	"jieshi/internal/postgres"
)

// layerUpdateCommand changes single parcels of a register. Each is a transaction
// of its own that hands the blocks round it to the workers.
func (p *program) layerUpdateCommand() *cobra.Command {
	var name, fileLayer string
	var drop []int64
	cmd := &cobra.Command{
		Use:   "update [FILE] --layer NAME [--drop ID,…]",
		Short: "put the parcels of FILE in the place of those with the same ids, or drop some; audits compute their surroundings anew",
		Args:  arguments(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := required(map[string]string{"layer": name}); err != nil {
				return err
			}
			if len(args) == 0 && len(drop) == 0 {
				return usageError{errors.New("update needs a FILE with parcels, or --drop")}
			}
			return p.with(cmd.Context(), func(ctx context.Context, a *app) error {
				result := updateJSON{Status: "updated", Layer: name, Dropped: len(drop), Faults: []faultJSON{}}
				for _, path := range args {
					if err := p.updateLayer(ctx, a, path, fileLayer, &result); err != nil {
						return err
					}
				}
				for _, feature := range drop {
					if err := a.db.DropParcel(ctx, name, feature); err != nil {
						return err
					}
				}
				p.answer(result, func(w io.Writer) {
					_, _ = fmt.Fprintf(w, "图层 layer %s: 更新 saved %d, 注销 dropped %d; jieshi audit run %s\n", name, result.Saved, result.Dropped, name)
					tellFaults(w, result.faults)
				})
				return nil
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&name, "layer", "", "the register")
	flags.StringVar(&fileLayer, "file-layer", "", "layer of FILE (needed where it has several)")
	flags.Int64SliceVar(&drop, "drop", nil, "feature ids of parcels that are no more")
	return cmd
}

// updateJSON says what an update did.
type updateJSON struct {
	Status  string      `json:"status"` // "updated"
	Layer   string      `json:"layer"`
	Saved   int         `json:"saved"`
	Dropped int         `json:"dropped"`
	Faults  []faultJSON `json:"faults"`

	faults []postgres.ParcelFault
}

func (p *program) updateLayer(ctx context.Context, a *app, path, fileLayer string, result *updateJSON) error {
	layer, err := a.db.Layer(ctx, result.Layer)
	if err != nil {
		return err
	}
	// The file may be in any CRS; what comes is in that of the layer.
	options := vector.ReadOptions{Layer: fileLayer, SRID: layer.SRID, Log: p.log}
	_, err = vector.ReadPolygons(ctx, path, options, func(_ *vector.PolygonLayer, g vector.Ground) error {
		faults, err := a.db.SaveParcel(ctx, result.Layer, g.ID, g.Shape)
		if err != nil {
			return err
		}
		result.Saved++
		result.faults = append(result.faults, faults...)
		return nil
	})
	result.Faults = faultsOf(result.faults)
	return err
}
