package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"testing"

	"jieshi/api"
)

func TestAScriptPutsAFile(t *testing.T) {
	s := open(t)
	b := drawn(5, 70_000)
	sum := sha256.Sum256(b)
	digest := "sha-256=:" + base64.StdEncoding.EncodeToString(sum[:]) + ":"
	a := s.do(http.MethodPut, "/api/v1/uploads/%E8%B8%8F%E7%95%8C.gpx", bytes.NewReader(b), "Repr-Digest", digest).want(201)
	var u api.Upload
	a.as(&u)
	if u.Status != "complete" || *u.Sha256 != hexSum(b) || u.Filename != "踏界.gpx" || a.header.Get("Location") != "/api/v1/uploads/"+u.Id.String() {
		t.Errorf("answer %s at %s", a.body, a.header.Get("Location"))
	}
	s.do(http.MethodPut, "/api/v1/uploads/again", bytes.NewReader(b)).want(201)
	if s.filesKept() != 1 || s.kept(hexSum(b)) != hexSum(b) {
		t.Errorf("%d files", s.filesKept())
	}
	for name, tc := range map[string]struct {
		status int
		code   string
		body   io.Reader
		query  string
		header []string
	}{
		"another digest":        {460, "checksum_mismatch", bytes.NewReader(b[1:]), "", []string{"Repr-Digest", digest}},
		"a digest that is none": {400, "bad_digest", bytes.NewReader(b), "", []string{"Repr-Digest", "md5=:abc:"}},
		"no length":             {411, "length_required", io.MultiReader(bytes.NewReader(b)), "", nil},
		"a walk of nobody":      {422, "party_name", bytes.NewReader(b), "?kind=walk&case=" + s.openCase(), nil},
		"a parameter unknown":   {400, "bad_request", bytes.NewReader(b), "?sgima=1", nil},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.do(http.MethodPut, "/api/v1/uploads/x"+tc.query, tc.body, tc.header...).want(tc.status).code(); got != tc.code {
				t.Errorf("code = %s, want %s", got, tc.code)
			}
			if n := s.filesKept(); n != 1 {
				t.Errorf("%d files are kept", n)
			}
		})
	}
	var list struct{ Items []api.Upload }
	s.get("/api/v1/uploads").want(200).as(&list)
	if len(list.Items) != 2 {
		t.Errorf("%d uploads are listed, want the two that were kept", len(list.Items))
	}
}
