// Package remit_test holds the shape of the program: which package may import which, and who alone may import what.
package remit_test

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "remit"

// anything is the right to import every package of ours.
const anything = "*"

// arrows says which folders a folder's packages may import, besides one another; the table of ARCHITECTURE.md. The tests
// of a folder have its rights, and may use test helpers.
var arrows = map[string][]string{
	"models":    {},
	"config":    {"models"},
	"triage":    {"models"},
	"judge":     {"models", "triage"},
	"finance":   {"models"},
	"decision":  {"models"},
	"connector": {"models"},
	"store":     {"models", "decision", "queue"},
	"queue":     {"models"},
	"chart":     {"models"},
	"assess":    {"models", "triage", "finance", "decision"},
	"review":    {"models", "decision", "chart"},
	"bot":       {"models", "decision", "triage", "finance", "chart"},
	"web":       {"models", "decision", "connector", "triage", "finance", "chart", "review"},
	"bench":     {anything},
	"examples":  {},
	"cmd":       {anything},
}

// helpers are packages that exist for tests; nothing that ships imports them, but for the demonstration in cmd.
var helpers = []string{"bot/slackfake", "connector/connectortest", "connector/zendesk/zendeskfake", "store/pgtest"}

// sole says who alone may import a library, by the beginning of its path.
var sole = map[string][]string{
	"gorm.io/":               {"store"},
	"github.com/gin-gonic/":  {"web", "bench"},
	"github.com/riverqueue/": {"queue"},
	"github.com/slack-go/":   {"bot"},
	"gonum.org/v1/plot":      {"chart"},
	"github.com/openai/":     {"judge"},
	"github.com/anthropics/": {"judge"},
	"go.opentelemetry.io/contrib/instrumentation/github.com/gin-gonic/": {"web"},
}

// vague are names that say nothing about what a package gives.
var vague = []string{"util", "utils", "common", "helper", "helpers", "misc", "shared"}

func TestTheTreeKeepsItsShape(t *testing.T) {
	findings, err := inspect(os.DirFS("."))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range findings {
		t.Error(f)
	}
}

// inspect gives every breach of the shape in the tree, a sentence each.
func inspect(tree fs.FS) ([]string, error) {
	in := inspector{files: token.NewFileSet(), commented: map[string]bool{}}
	err := fs.WalkDir(tree, ".", func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && p != "." && (strings.HasPrefix(d.Name(), ".") || strings.HasPrefix(d.Name(), "_") || d.Name() == "testdata"):
			return fs.SkipDir
		case d.IsDir() || path.Ext(p) != ".go":
			return nil
		}
		return in.read(tree, p)
	})
	for dir, commented := range in.commented {
		if !commented {
			in.find(dir, "has no package comment: say in one sentence what it gives")
		}
	}
	slices.Sort(in.findings)
	return in.findings, err
}

type inspector struct {
	files     *token.FileSet
	commented map[string]bool // folders with code that ships, and whether one of their files has a package comment
	findings  []string
}

func (in *inspector) find(where, format string, args ...any) {
	in.findings = append(in.findings, where+" "+fmt.Sprintf(format, args...))
}

func (in *inspector) read(tree fs.FS, name string) error {
	src, err := fs.ReadFile(tree, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a file that somebody's editor has just removed
	}
	if err != nil {
		return err
	}
	parsed, err := parser.ParseFile(in.files, name, src, parser.ParseComments)
	if err != nil {
		return err
	}
	in.names(name, parsed)
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		in.imported(name, imported)
	}
	in.clock(name, parsed)
	return nil
}

func (in *inspector) names(name string, f *ast.File) {
	dir := path.Dir(name)
	for _, word := range []string{path.Base(dir), f.Name.Name} {
		if slices.Contains(vague, strings.TrimSuffix(word, "_test")) {
			in.find(name, "is in a package named %s: name it for what it gives", word)
			break
		}
	}
	if _, known := arrows[folder(dir)]; !known && dir != "." {
		in.find(name, "is in folder %s, which has no row in the table of packages", folder(dir))
	}
	if !isTest(name) {
		text := f.Doc.Text()
		says := text != "" && (f.Name.Name == "main" || strings.HasPrefix(text, "Package "+f.Name.Name+" "))
		in.commented[dir] = in.commented[dir] || says
	}
}

func (in *inspector) imported(name, imported string) {
	if imported == "C" {
		in.find(name, "uses cgo: the binary is static")
	}
	for prefix, owners := range sole {
		if strings.HasPrefix(imported, prefix) && !slices.Contains(owners, folder(path.Dir(name))) {
			in.find(name, "imports %s, which is for %s alone", imported, strings.Join(owners, " and "))
		}
	}
	ours, isOurs := strings.CutPrefix(imported, module+"/")
	switch {
	case isOurs && !mayImport(name, ours):
		in.find(name, "imports %s against the arrows", imported)
	case folder(path.Dir(name)) == "models" && !isTest(name) && !isOurs && strings.Contains(strings.Split(imported, "/")[0], "."):
		in.find(name, "imports %s: models imports the standard library only", imported)
	}
}

// mayImport reports whether a file may import a package of ours.
func mayImport(name, imported string) bool {
	dir := path.Dir(name)
	from, to := folder(dir), folder(imported)
	switch {
	case dir == "." || slices.Contains(arrows[from], anything):
		return true
	case slices.Contains(helpers, imported):
		return isTest(name)
	case from == to:
		return mayImportOwn(dir, imported, isTest(name))
	}
	return slices.Contains(arrows[from], to)
}

// mayImportOwn keeps the providers apart: each may import the seam, the seam none of them, and none another.
func mayImportOwn(dir, imported string, test bool) bool {
	if folder(dir) != "connector" || dir == imported {
		return true
	}
	return imported == "connector" || strings.HasPrefix(imported, "connector/internal/") || (test && slices.Contains(helpers, dir))
}

// clock finds readings of the clock: time comes in as a field everywhere but in cmd, in measurements, in examples and in
// tests.
func (in *inspector) clock(name string, f *ast.File) {
	dir := path.Dir(name)
	if isTest(name) || slices.Contains([]string{"cmd", "bench", "examples"}, folder(dir)) || slices.Contains(helpers, dir) {
		return
	}
	local := localName(f, "time")
	ast.Inspect(f, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok || !slices.Contains([]string{"Now", "Since", "Until"}, sel.Sel.Name) {
			return true
		}
		if pkg, ok := sel.X.(*ast.Ident); ok && pkg.Name == local && pkg.Obj == nil {
			in.find(in.files.Position(n.Pos()).String(), "reads the clock: take the time as a field")
		}
		return true
	})
	if local == "." {
		in.find(name, "imports time without its name, which hides the clock")
	}
}

// localName gives the name by which a file calls an import, "" where it does not import it.
func localName(f *ast.File, imported string) string {
	for _, spec := range f.Imports {
		switch {
		case spec.Path.Value != strconv.Quote(imported):
		case spec.Name != nil:
			return spec.Name.Name
		default:
			return path.Base(imported)
		}
	}
	return ""
}

func folder(dir string) string { return strings.Split(dir, "/")[0] }

func isTest(name string) bool { return strings.HasSuffix(name, "_test.go") }

func TestABrokenShapeIsSeen(t *testing.T) {
	cases := map[string]struct {
		name, src string
		want      string // "" for what is allowed
	}{
		"the middle knows no adapter":              {"decision/engine.go", `import "remit/store"`, "decision/engine.go imports remit/store against the arrows"},
		"a test breaks no arrow either":            {"decision/engine_test.go", `import "remit/store"`, "decision/engine_test.go imports remit/store against the arrows"},
		"a subpackage has its folder's rights":     {"triage/words/words.go", `import "remit/finance"`, "triage/words/words.go imports remit/finance against the arrows"},
		"a subpackage is a package of its folder":  {"triage/words/words.go", `import "remit/models"`, ""},
		"models imports nothing of ours":           {"models/a.go", `import "remit/config"`, "models/a.go imports remit/config against the arrows"},
		"models imports the standard library only": {"models/a.go", `import "github.com/google/uuid"`, "models/a.go imports github.com/google/uuid: models imports the standard library only"},
		"a test of models may use a library":       {"models/a_test.go", `import "pgregory.net/rapid"`, ""},
		"the seam knows no provider":               {"connector/a.go", `import "remit/connector/stripe"`, "connector/a.go imports remit/connector/stripe against the arrows"},
		"a provider knows the seam":                {"connector/stripe/a.go", `import "remit/connector"`, ""},
		"a provider knows no other":                {"connector/stripe/a.go", `import "remit/connector/zendesk"`, "connector/stripe/a.go imports remit/connector/zendesk against the arrows"},
		"a provider's test runs the suite":         {"connector/stripe/a_test.go", `import "remit/connector/connectortest"`, ""},
		"what ships imports no test helper":        {"bot/a.go", `import "remit/bot/slackfake"`, "bot/a.go imports remit/bot/slackfake against the arrows"},
		"any test may use a test helper":           {"queue/a_test.go", `import "remit/store/pgtest"`, ""},
		"cmd wires everything":                     {"cmd/remit/a.go", `import ("remit/store"; "remit/web"; "remit/bot/slackfake")`, ""},
		"but the libraries keep their importer":    {"cmd/remit/a.go", `import "gorm.io/gorm"`, "cmd/remit/a.go imports gorm.io/gorm, which is for store alone"},
		"an example uses nothing of ours":          {"examples/x/a.go", `import "remit/models"`, "examples/x/a.go imports remit/models against the arrows"},
		"gorm is for store":                        {"web/a.go", `import "gorm.io/gorm"`, "web/a.go imports gorm.io/gorm, which is for store alone"},
		"gorm's drivers are too":                   {"queue/a_test.go", `import "gorm.io/driver/sqlite"`, "queue/a_test.go imports gorm.io/driver/sqlite, which is for store alone"},
		"Gin is for web":                           {"bot/a.go", `import "github.com/gin-gonic/gin"`, "bot/a.go imports github.com/gin-gonic/gin, which is for web and bench alone"},
		"Gin is measured":                          {"bench/ingest/a.go", `import "github.com/gin-gonic/gin"`, ""},
		"River is for queue":                       {"store/a.go", `import "github.com/riverqueue/river"`, "store/a.go imports github.com/riverqueue/river, which is for queue alone"},
		"slack-go is for bot":                      {"web/a.go", `import "github.com/slack-go/slack"`, "web/a.go imports github.com/slack-go/slack, which is for bot alone"},
		"the fake Slack is part of bot":            {"bot/slackfake/a.go", `import "github.com/slack-go/slack"`, ""},
		"plot is for chart":                        {"finance/a.go", `import "gonum.org/v1/plot/vg"`, "finance/a.go imports gonum.org/v1/plot/vg, which is for chart alone"},
		"gonum itself is for all":                  {"finance/a.go", `import "gonum.org/v1/gonum/stat"`, ""},
		"no cgo":                                   {"store/a.go", `import "C"`, "store/a.go uses cgo: the binary is static"},
		"the clock is not read":                    {"web/a.go", "import \"time\"\nvar x = time.Now()", "web/a.go:4:9 reads the clock: take the time as a field"},
		"nor handed on":                            {"web/a.go", "import \"time\"\nvar x = time.Now", "web/a.go:4:9 reads the clock: take the time as a field"},
		"nor read by another name":                 {"web/a.go", "import clock \"time\"\nvar x = clock.Since", "web/a.go:4:9 reads the clock: take the time as a field"},
		"nor without a name":                       {"web/a.go", "import . \"time\"\nvar x = Now()", "web/a.go imports time without its name, which hides the clock"},
		"a field called Now is no clock":           {"web/a.go", "import \"time\"\nfunc f(x struct{ Now func() time.Time }) { x.Now() }", ""},
		"a variable called time is no clock":       {"web/a.go", "func f(time struct{ Now func() }) { time.Now() }", ""},
		"cmd reads the clock":                      {"cmd/remit/a.go", "import \"time\"\nvar x = time.Now()", ""},
		"tests read the clock":                     {"web/a_test.go", "import \"time\"\nvar x = time.Now()", ""},
		"a name that says nothing":                 {"web/utils/a.go", "", "web/utils/a.go is in a package named utils: name it for what it gives"},
		"a folder that the table lacks":            {"scoring/a.go", "", "scoring/a.go is in folder scoring, which has no row in the table of packages"},
		"test data is not looked at":               {"web/testdata/a.go", `import "gorm.io/gorm"`, ""},
		"hidden folders are not looked at":         {".cache/a.go", `import "gorm.io/gorm"`, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got := planted(t, fstest.MapFS{tc.name: source(tc.name, tc.src)})
			if want := nonEmpty(tc.want); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

// source gives a file whose package is named after its folder and has a comment.
func source(name, body string) *fstest.MapFile {
	pkg := path.Base(path.Dir(name))
	return &fstest.MapFile{Data: fmt.Appendf(nil, "// Package %s gives what the test needs.\npackage %s\n%s\n", strings.TrimPrefix(pkg, "."), strings.TrimPrefix(pkg, "."), body)}
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func planted(t *testing.T, tree fstest.MapFS) []string {
	t.Helper()
	findings, err := inspect(tree)
	if err != nil {
		t.Fatal(err)
	}
	return findings
}

func TestEveryPackageHasAComment(t *testing.T) {
	file := func(src string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(src)} }
	cases := map[string]struct {
		tree fstest.MapFS
		want string
	}{
		"none":                          {fstest.MapFS{"web/a.go": file("package web")}, "web has no package comment: say in one sentence what it gives"},
		"one that is about another":     {fstest.MapFS{"web/a.go": file("// Package bot is.\npackage web")}, "web has no package comment: say in one sentence what it gives"},
		"one in any of the files":       {fstest.MapFS{"web/a.go": file("package web"), "web/doc.go": file("// Package web is.\npackage web")}, ""},
		"one of a test does not count":  {fstest.MapFS{"web/a.go": file("package web"), "web/a_test.go": file("// Package web is.\npackage web")}, "web has no package comment: say in one sentence what it gives"},
		"a folder of tests needs none":  {fstest.MapFS{"web/a_test.go": file("package web")}, ""},
		"a command's is about the deed": {fstest.MapFS{"cmd/remit/main.go": file("// Remit decides.\npackage main")}, ""},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			if got, want := planted(t, tc.tree), nonEmpty(tc.want); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestWhatIsNotGoIsReported(t *testing.T) {
	if _, err := inspect(fstest.MapFS{"web/a.go": &fstest.MapFile{Data: []byte("nothing")}}); err == nil {
		t.Error("got no error for a file that is not Go")
	}
}
