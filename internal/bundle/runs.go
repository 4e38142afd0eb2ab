package bundle

import (
	"bytes"
	"fmt"
	"strconv"

	"jieshi/ingest/vector"
	"jieshi/mediation"
)

// runs checks that each run document is the content that was filed, and that
// the claims beside it are the ones that it names.
func (v *verifier) runs() error {
	filed := 0
	for _, item := range v.items {
		if item.Kind != mediation.EvidenceRun {
			continue
		}
		filed++
		d, err := readDocument(item.Content)
		if err != nil {
			return broken("run_malformed", payload+item.ContentFile, "运算结果读不懂。", "The result of the run cannot be read: "+err.Error()+".")
		}
		name := runName(d.Number)
		if _, err := v.need(name, fmt.Sprintf("%s #%d", chainName, item.Seq)); err != nil {
			return err
		}
		if got := v.sums[payload+name].sum; got != item.ContentSHA256 {
			return broken("run_altered", payload+name,
				fmt.Sprintf("运算结果不是第 %d 项归档的那个。", item.Seq), fmt.Sprintf("The result of the run is not what item %d filed.", item.Seq))
		}
		if d.Case != v.report.Case {
			return broken("run_other_case", payload+name, "运算属于另一案件 "+d.Case+"。", "The run belongs to another case, "+d.Case+".")
		}
		if d.sum.String() == v.info["Jieshi-Run-SHA256"] {
			v.document = d
		}
	}
	if v.document == nil {
		return badInfo("Jieshi-Run-SHA256")
	}
	v.report.Run, v.report.RunSHA256, v.report.Pieces = v.document.Number, v.document.sum, len(v.document.Pieces)
	v.passed("runs", strconv.Itoa(filed)+" 次叠置运算与证据一致", fmt.Sprintf("%d run documents are what was filed", filed))
	return v.inputs()
}

func (v *verifier) inputs() error {
	name := claimsName(v.document.Number)
	b, err := v.need(name, runName(v.document.Number))
	if err != nil {
		return err
	}
	err = decode(b, &v.claims)
	if err == nil && v.claims.Format != claimListFormat && v.claims.Format != claimListFormatBefore {
		err = errForm
	}
	if err == nil {
		err = v.claims.follow(v.document)
	}
	if err != nil {
		return broken("claims_altered", payload+name, "主张范围与运算所记不符。", "The claims are not those that the run was computed from: "+err.Error()+".")
	}
	v.passed("claims", fmt.Sprintf("%d 份主张范围与运算所记哈希一致", len(v.claims.Claims)), fmt.Sprintf("%d claims have the hashes that the run names", len(v.claims.Claims)))
	return nil
}

// layers checks that the GeoJSON of claims and pieces says what the run says,
// areas to the last digit and places to a millimetre.
func (v *verifier) layers() error {
	claims, err := claimLayer(v.claims)
	if err != nil {
		return broken("claims_altered", payload+claimsName(v.document.Number), "主张范围读不懂。", "A claim cannot be read: "+err.Error()+".")
	}
	for _, l := range []vector.Layer{claims, pieceLayer(v.document)} {
		name := l.Name + ".geojson"
		got, err := v.need(name, "README.txt")
		if err != nil {
			return err
		}
		want, err := geoJSON(l, v.document.SRID)
		if err != nil {
			return fmt.Errorf("bundle: %s: %w", name, err)
		}
		if bytes.Equal(got, want) {
			continue
		}
		if diff := compareGeoJSON(want, got); diff != nil {
			return broken(l.Name+"_differ", payload+name, "与运算结果不符："+diff.ZH+"。", "It does not say what the run says: "+diff.EN+".")
		}
	}
	v.passed("areas", fmt.Sprintf("%d 个争议块的范围和面积与运算结果相同", len(v.document.Pieces)),
		fmt.Sprintf("ground and areas of %d pieces are those of the run", len(v.document.Pieces)))
	return nil
}
