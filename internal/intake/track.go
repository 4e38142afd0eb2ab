package intake

import (
	"fmt"
	"slices"
	"strings"

	"jieshi/ingest"
)

// chooseTrack returns the number of the walk that is meant: the one that was
// told, or else (0) the only one there can be. Where there are several, a
// person chooses, and the refusal lists them.
func chooseTrack(walks []ingest.Walk, told int) (int, error) {
	tracks := ingest.Tracks(walks)
	if told == 0 {
		return onlyTrack(tracks)
	}
	if !slices.ContainsFunc(tracks, func(t ingest.Track) bool { return t.N == told }) {
		return 0, &ingest.Refusal{
			Code:   "track_missing",
			Reason: ingest.Text{ZH: fmt.Sprintf("文件没有第 %d 条轨迹，或者其中没有点。", told), EN: fmt.Sprintf("The file has no track %d, or there is no point in it.", told)},
			Remedy: listTracks(tracks),
			Facts:  &ingest.Facts{Tracks: tracks},
		}
	}
	return told, nil
}

// onlyTrack is the only walk with positions, or the only line beside a list of
// points: waypoints of a track are not another walk, unless a person says so.
func onlyTrack(tracks []ingest.Track) (int, error) {
	lines := slices.DeleteFunc(slices.Clone(tracks), func(t ingest.Track) bool { return t.Kind == ingest.KindPoints })
	switch {
	case len(tracks) == 1:
		return tracks[0].N, nil
	case len(lines) == 1:
		return lines[0].N, nil
	}
	return 0, &ingest.Refusal{
		Code:   "several_tracks",
		Reason: ingest.Text{ZH: "文件中有多条轨迹，需要人来选择。", EN: "The file has several tracks, and a person must choose."},
		Remedy: listTracks(tracks),
		Facts:  &ingest.Facts{Tracks: tracks},
	}
}

// kindNames are the kinds as people call them.
var kindNames = map[ingest.Kind]ingest.Text{
	ingest.KindTrack:  {ZH: "轨迹", EN: "track"},
	ingest.KindRoute:  {ZH: "航线", EN: "route"},
	ingest.KindPoints: {ZH: "点列", EN: "points"},
	ingest.KindLine:   {ZH: "线", EN: "line"},
	ingest.KindRing:   {ZH: "面", EN: "ring"},
}

func listTracks(tracks []ingest.Track) ingest.Text {
	const most = 12
	var zh, en []string
	for i, t := range tracks {
		if i == most {
			zh, en = append(zh, "…"), append(en, "…")
			break
		}
		kind := kindNames[t.Kind]
		zh = append(zh, fmt.Sprintf("%d %s（%s，%d 点，%.0f m）", t.N, t.Name, kind.ZH, t.Points, float64(t.Length)))
		en = append(en, fmt.Sprintf("%d %s (%s, %d points, %.0f m)", t.N, t.Name, kind.EN, t.Points, float64(t.Length)))
	}
	return ingest.Text{
		ZH: "请指明第几条（命令行 --track）：" + strings.Join(zh, "；") + "。",
		EN: "Say which one (on the command line with --track): " + strings.Join(en, "; ") + ".",
	}
}
