package triage

import (
	"strconv"
	"strings"
	"testing"
)

func TestATagThatIsOnlyNamedHidesNothing(t *testing.T) {
	for _, name := range hiddenTags {
		for _, text := range []string{
			"We added the code to our <" + name + "> as described.\nSince then our whole site is down",
			"The <" + name + "> and another <" + name + " lang=\"en\">, since then our whole site is down",
			"Between </" + name + " and <" + name + ">: since then our whole site is down",
		} {
			if got := plain(text); got != text {
				t.Errorf("%q: got %q, want it as it is", text, got)
			}
		}
	}
}

func TestWhatStandsInAHiddenTagIsLeftOut(t *testing.T) {
	for claim, c := range map[string]struct{ text, want string }{
		"a style":                              {"<style>.a{}</style>hello", "hello"},
		"capitals and attributes":              {"<STYLE type='text/css'>.a{}</sTyLe >hello", "hello"},
		"a script that writes one":             {"<script>w('<script>')</script>hello<script>x</script>", "hello"},
		"a quotation":                          {"hello<blockquote>they said</blockquote> there", "hello there"},
		"a quotation in a quotation":           {"hello<blockquote>a<blockquote>b</blockquote>c</blockquote> there", "hello there"},
		"quotations that are not all closed":   {"hello<blockquote>a<blockquote>b</blockquote> there", "hello there"},
		"a tag that is named after a real one": {"<style>.a{}</style>our <style> is gone", "our <style> is gone"},
		"another tag of a like name":           {"<header>hello</header>", "hello"},
	} {
		t.Run(claim, func(t *testing.T) {
			if got := plain(c.text); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// FuzzStripTags holds that markup adds nothing, and that where no tag is closed nothing after it is lost.
func FuzzStripTags(f *testing.F) {
	for _, text := range []string{
		"<head>a</head>b", "<head>", "</head><head>", "<<<<", "<blockquote><blockquote></blockquote>", "a<br/>b", "<script><style></script></style>",
		strings.Repeat("<head>", 2000), strings.Repeat("<head></head", 2000), strings.Repeat("<blockquote>", 2000) + "</blockquote>x",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got := stripTags(text); len(got) > len(text) {
			t.Errorf("%q: got %q, which is longer", text, got)
		}
		if got := stripTags(text + " the end"); !strings.Contains(text, "</") && !strings.HasSuffix(got, " the end") {
			t.Errorf("%q: got %q, and its end is lost", text, got)
		}
	})
}

func BenchmarkHostileMarkup(b *testing.B) {
	for _, unit := range []string{"<head>", "<head></head>", "</head><", "<", "<blockquote></", "<title x=", "<head><!"} {
		for _, size := range []int{100_000, 400_000} {
			b.Run(unit+"/"+strconv.Itoa(size), func(b *testing.B) {
				text := strings.Repeat(unit, size/len(unit))
				b.SetBytes(int64(size))
				for b.Loop() {
					plain(text)
				}
			})
		}
	}
}
