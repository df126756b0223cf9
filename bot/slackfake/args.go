package slackfake

import (
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// args are a call's arguments, from a form or from JSON; nested values are JSON text either way.
type args struct {
	token  string
	values map[string]string
}

func (a args) get(name string) string { return a.values[name] }

func (a args) truthy(name string) bool {
	v := a.values[name]
	return v == "1" || v == "true"
}

func readArgs(r *http.Request, body []byte) (args, error) {
	a := args{values: map[string]string{}}
	a.token, _ = strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind == "application/json" && len(body) > 0 {
		return a, a.fromJSON(body)
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return a, err
	}
	for k := range form {
		a.values[k] = form.Get(k)
	}
	if a.token == "" {
		a.token = form.Get("token")
	}
	return a, nil
}

func (a args) fromJSON(body []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return err
	}
	for k, raw := range fields {
		var text string
		if json.Unmarshal(raw, &text) == nil {
			a.values[k] = text
			continue
		}
		a.values[k] = string(raw)
	}
	return nil
}
