package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"jieshi/api"
)

func TestAJobFromOrderToResult(t *testing.T) {
	s := open(t)
	number := s.openCase()
	ordered := s.do(http.MethodPost, "/api/v1/cases/"+number+"/walks?party=A&sigma_m=0.05", strings.NewReader(string(gpxWalk(109.3, 109.302))),
		"Content-Type", "application/octet-stream", "Prefer", "respond-async").want(202)
	var j api.Job
	ordered.as(&j)
	if j.State != api.Accepted || j.Case == nil || *j.Case != number || j.Progress != 0 || j.Outcome != nil || *j.Party != "A" {
		t.Errorf("job = %+v, want it accepted", j)
	}
	// Ordered twice, it is one job.
	var again api.Job
	s.do(http.MethodPost, "/api/v1/cases/"+number+"/walks?party=A&sigma_m=0.05", strings.NewReader(string(gpxWalk(109.3, 109.302))),
		"Content-Type", "application/octet-stream", "Prefer", "respond-async").want(202).as(&again)
	if again.Id != j.Id {
		t.Errorf("the same order is jobs %s and %s", j.Id, again.Id)
	}
	j = s.end(ordered)
	o := j.Outcome
	if j.State != api.Successful || o == nil || o.Status != api.Ready || o.Walk == nil || o.Evidence == nil || *o.Verdict != "adopted" || j.Progress != 100 || j.FinishedAt == nil {
		t.Errorf("job = %+v, want it ready", j)
	}
	s.get("/api/v1/walks/" + o.Walk.String() + "/fixes").want(200)

	var p api.Problem
	s.do(http.MethodDelete, "/api/v1/jobs/"+j.Id.String(), nil).want(409).as(&p)
	if p.Code != "job_not_open" {
		t.Errorf("dismissal of what is done = %+v", p)
	}
	s.do(http.MethodPost, "/api/v1/jobs/"+j.Id.String()+"/retry", nil).want(409)
	s.get("/api/v1/jobs/" + uuid.NewString()).want(404)
	s.do(http.MethodDelete, "/api/v1/jobs/"+uuid.NewString(), nil).want(404)
}

func TestJobsAreListedByPagesAndStates(t *testing.T) {
	s := open(t)
	number, other := s.openCase(), s.openCase()
	var want []uuid.UUID
	for i := range 5 {
		var j api.Job
		s.upload(fmt.Sprintf("/api/v1/cases/%s/orthophotos", number), fmt.Appendf(nil, "picture %d", i)).want(202).as(&j)
		want = append(want, j.Id)
	}
	s.upload("/api/v1/cases/"+other+"/orthophotos", []byte("another")).want(202)
	s.do(http.MethodDelete, "/api/v1/jobs/"+want[0].String(), nil).want(200)
	slices.Reverse(want)
	var got []uuid.UUID
	path := "/api/v1/jobs?limit=2&case=" + number
	for next := path; next != ""; {
		var page api.JobPage
		s.get(next).want(200).as(&page)
		for _, j := range page.Items {
			got = append(got, j.Id)
		}
		if next = ""; page.Next != nil {
			next = path + "&cursor=" + *page.Next
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("pages hold %v, want %v", got, want)
	}
	var page api.JobPage
	s.get("/api/v1/jobs?state=dismissed,failed").want(200).as(&page)
	if len(page.Items) != 1 || page.Items[0].Id != want[4] || page.Items[0].FinishedAt == nil {
		t.Errorf("dismissed = %+v, want the first", page.Items)
	}
	s.get("/api/v1/jobs?case=JS-1999-0001").want(404)
	s.get("/api/v1/jobs?cursor=x").want(400)
	if n := s.filesKept(); n != 5 {
		t.Errorf("%d files, want those of the five jobs that wait: a dismissed one lets its file go", n)
	}
}
