package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"jieshi/ingest"
	"jieshi/mediation"
)

func (p *program) areaCommand() *cobra.Command {
	return group("area", "administrative areas, for three-cross and statistics", p.areaImportCommand())
}

func (p *program) areaImportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE",
		Short: "import areas from GeoJSON (lon, lat) with properties code (12 digits), name, level (1–5), parent",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.withFile(cmd.Context(), args[0], func(ctx context.Context, a *app, f io.Reader) error {
				areas, err := readAreas(f)
				if err != nil {
					return err
				}
				if err := a.db.SaveAreas(ctx, filepath.Base(args[0]), areas); err != nil {
					return err
				}
				p.answer(map[string]int{"areas": len(areas)}, func(w io.Writer) {
					_, _ = fmt.Fprintf(w, "行政区 areas: %d\n", len(areas))
				})
				return nil
			})
		},
	}
}

// maxAreaBytes is ten times what all townships of China take.
const maxAreaBytes = 1 << 30

// readAreas reads a GeoJSON FeatureCollection, parents before children.
func readAreas(r io.Reader) ([]mediation.AreaOutline, error) {
	var collection struct {
		Type     string `json:"type"`
		Features []struct {
			Geometry   json.RawMessage `json:"geometry"`
			Properties struct {
				Code   string `json:"code"`
				Name   string `json:"name"`
				Level  int    `json:"level"`
				Parent string `json:"parent"`
			} `json:"properties"`
		} `json:"features"`
	}
	if err := json.NewDecoder(io.LimitReader(r, maxAreaBytes)).Decode(&collection); err != nil {
		return nil, refuseAreas("", err)
	}
	if collection.Type != "FeatureCollection" || len(collection.Features) == 0 {
		return nil, refuseAreas("", errors.New("no FeatureCollection with features"))
	}
	areas := make([]mediation.AreaOutline, 0, len(collection.Features))
	for level := 1; level <= 5; level++ {
		for i, f := range collection.Features {
			if i == 0 && level == 1 || f.Properties.Level == level {
				if err := checkArea(f.Properties.Code, f.Properties.Name, f.Properties.Level); err != nil {
					return nil, refuseAreas(fmt.Sprintf("feature %d", i+1), err)
				}
			}
			if f.Properties.Level == level {
				areas = append(areas, mediation.AreaOutline{
					Area:   mediation.Area{Code: f.Properties.Code, Name: f.Properties.Name, Level: level},
					Parent: f.Properties.Parent, Outline: f.Geometry,
				})
			}
		}
	}
	if len(areas) != len(collection.Features) {
		return nil, refuseAreas("", errors.New("a feature has no level from 1 to 5"))
	}
	return areas, nil
}

func checkArea(code, name string, level int) error {
	digits := 0
	for _, r := range code {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	switch {
	case digits != 12 || len(code) != 12:
		return fmt.Errorf("code %q has not 12 digits", code)
	case name == "":
		return fmt.Errorf("area %s has no name", code)
	case level < 1 || level > 5:
		return fmt.Errorf("area %s has level %d, not 1 to 5", code, level)
	}
	return nil
}

func refuseAreas(where string, err error) *ingest.Refusal {
	return &ingest.Refusal{
		Code: "areas_unreadable", Where: where,
		Reason: ingest.Text{ZH: "行政区文件无法读取：" + err.Error(), EN: "The areas cannot be read: " + err.Error() + "."},
		Remedy: ingest.Text{
			ZH: "需要 GeoJSON FeatureCollection（经纬度），每个要素有 code、name、level，下级还有 parent。",
			EN: "A GeoJSON FeatureCollection in lon and lat is needed; each feature has code, name and level, and below the top a parent.",
		},
	}
}
