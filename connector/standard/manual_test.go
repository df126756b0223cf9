package standard_test

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"remit/connector"
	"remit/connector/connectortest"
	"remit/connector/standard"
	"remit/models"
)

func manual(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../../docs/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// fenced gives the code blocks of a language.
func fenced(text, language string) []string {
	var blocks []string
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, m[1])
	}
	return blocks
}

func TestTheExamplesInTheManualAreAccepted(t *testing.T) {
	c := newConnector(t, options())
	seen := map[string]bool{}
	for _, block := range fenced(manual(t), "json") {
		var head struct{ Type string }
		if err := json.Unmarshal([]byte(block), &head); err != nil {
			t.Fatalf("%v in %s", err, block)
		}
		ds, err := c.Split(signer(t, "msg_1", secret)([]byte(block), connectortest.At))
		if err != nil {
			t.Errorf("%s: %v", head.Type, err)
		}
		seen[head.Type] = len(ds) == 1 || seen[head.Type]
	}
	for _, s := range samples(t) {
		if !seen[s.Name] {
			t.Errorf("the manual has no example of %s", s.Name)
		}
	}
}

func TestTheManualNamesEveryFieldOfEverySchema(t *testing.T) {
	text := manual(t)
	files, err := fs.Glob(standard.Schemas, "schemas/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := standard.Schemas.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var schema struct {
			Properties struct {
				Data struct {
					Required   []string
					Properties map[string]any
				}
			}
		}
		if err := json.Unmarshal(b, &schema); err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(strings.TrimPrefix(f, "schemas/"), ".json")
		_, section, _ := strings.Cut(text, "## `"+name+"`")
		section, _, _ = strings.Cut(section, "\n## ")
		for field := range schema.Properties.Data.Properties {
			if !strings.Contains(section, "| `"+field+"` |") {
				t.Errorf("%s: the manual does not name %s", name, field)
			}
		}
		for _, field := range schema.Properties.Data.Required {
			if !regexp.MustCompile("(?m)^\\| `" + field + "` \\|.*\\*\\*required\\*\\*").MatchString(section) {
				t.Errorf("%s: the manual does not say that %s is required", name, field)
			}
		}
	}
}

func TestTheShellSnippetInTheManual(t *testing.T) {
	for _, tool := range []string{"sh", "openssl", "curl", "od"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed here", tool)
		}
	}
	c := newConnector(t, options())
	verified := make(chan error, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		verified <- c.Verify(connector.Request{Method: r.Method, URL: r.URL.Path, Header: r.Header, Body: body, At: time.Now()})
		w.WriteHeader(http.StatusAccepted)
	}))
	defer srv.Close()
	snippets := fenced(manual(t), "sh")
	if len(snippets) != 1 {
		t.Fatalf("got %d shell snippets, want the one that signs", len(snippets))
	}
	cmd := exec.CommandContext(t.Context(), "sh", "-euc", snippets[0])
	cmd.Env = append(os.Environ(), "SECRET="+secret, "URL="+srv.URL+"/v1/webhooks/erp", "BODY=testdata/ticket.created.json", "NO_PROXY=*", "no_proxy=*")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if err := <-verified; err != nil {
		t.Errorf("got %q (%v), want what it signed accepted", models.KindOf(err), err)
	}
}
