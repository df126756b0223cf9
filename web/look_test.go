package web

import (
	"flag"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

var look = flag.String("look", "", "address on which to serve the console with an ordinary day, signed in, to look at it in a browser")

// TestLook serves the pages until it is interrupted: go test ./web -run TestLook -look 127.0.0.1:8099 -timeout 0
func TestLook(t *testing.T) {
	if *look == "" {
		return // there is nothing to claim: it is for looking at
	}
	d, _, o := policyDesk(t)
	o.Reviews = withReviews(d, &shelf{}).Reviews
	counter := &till{desk: d}
	o.Pools, o.Treasurer = counter, counter
	console := Console(o)
	form := strings.NewReader(url.Values{"token": {"link-omar"}}.Encode())
	req := httptest.NewRequest(http.MethodPost, "/login", form)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	console.ServeHTTP(rec, req)
	cookie := rec.Result().Cookies()[0]
	l, err := net.Listen("tcp", *look)
	if err != nil {
		t.Fatal(err)
	}
	signedIn := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/signin" && r.URL.Path != "/login" {
			r.AddCookie(cookie)
		}
		console.ServeHTTP(w, r)
	})
	s := Server{Public: signedIn}
	if err := s.Serve(t.Context(), l, nil); err != nil {
		t.Fatal(err)
	}
}
