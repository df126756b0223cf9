package review

import (
	"cmp"
	"fmt"
	"strings"
)

// Markdown gives the review as Markdown. What customers and people wrote is escaped: it is text, and starts no list, link or
// heading.
func (r Review) Markdown() string {
	var b strings.Builder
	w := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	w("# Review: %s\n", r.Period())
	if r.Empty() {
		w("Nothing was decided in this period.")
		return b.String()
	}
	r.adviceMarkdown(w)
	for _, l := range r.Whole() {
		w("## %s\n", title(string(l.Action)))
		if l.Level != "" {
			w("In force: **%s**. %s\n", l.Level, escaped(l.Why))
		}
		w("| | now | before | |\n|---|---|---|---|")
		for _, x := range append(l.Friction(), l.Quality()...) {
			w("| %s | %s | %s | %s |", x.Name, x.Now, x.Before, x.Word())
		}
		w("")
		if segments := r.Segments(l.Action); len(segments) > 0 {
			w("| segment | decisions | by itself | agreement | taken back | level |\n|---|---|---|---|---|---|")
			for _, s := range segments {
				w("| %s | %d | %d | %s | %s | %s |", escaped(s.Segment), s.Now.Decided, s.Now.Acted, s.AgreementWords(), s.OverrideWords(), s.Level)
			}
			w("")
		}
	}
	r.whyMarkdown(w)
	for _, n := range r.Notes {
		w("%s\n", n)
	}
	return b.String()
}

func (r Review) adviceMarkdown(w func(string, ...any)) {
	w("## What to do next\n")
	if len(r.Advice) == 0 && len(r.Clusters) == 0 {
		w("Nothing: leave it as it is.\n")
		return
	}
	for _, a := range r.Advice {
		w("- **%s.** %s", escaped(a.Title()), escaped(a.Text))
	}
	for _, c := range r.Clusters {
		w("- **Add a rule.** %s", escaped(c.Plain))
	}
	w("")
}

func (r Review) whyMarkdown(w func(string, ...any)) {
	if len(r.Reasons) > 0 {
		w("## Why people overrode\n")
		for _, x := range r.Reasons {
			w("- %s, %s: %d times", x.Action, escaped(x.CodeWords()), x.N)
			examplesMarkdown(w, x.Examples)
		}
		w("")
	}
	if len(r.Clusters) > 0 {
		w("## Where errors gather\n")
	}
	for _, c := range r.Clusters {
		w("### %s\n", escaped(c.Plain))
		w("```yaml\n- when: '%s'\n```\n", strings.ReplaceAll(c.When, "'", "''"))
		w("%s\n", c.Test.Sentence())
		examplesMarkdown(w, c.Examples)
		w("")
	}
}

func examplesMarkdown(w func(string, ...any), es []Example) {
	for _, e := range es {
		note := ""
		if e.Note != "" {
			note = ": " + escaped(clip(e.Note, 120))
		}
		w("  - %s (%s to %s%s)", escaped(clip(cmp.Or(e.Title, e.ID), 80)), escaped(clip(e.Value, 40)), escaped(clip(e.Final, 40)), note)
	}
}

// AgreementWords says the layer's agreement.
func (l Layer) AgreementWords() string {
	if share, ok := l.Now.Agreement(); ok {
		return fmt.Sprintf("%s of %d", percent(share), l.Now.Verdicts)
	}
	return "-"
}

// OverrideWords says how much of what was done by itself was taken back.
func (l Layer) OverrideWords() string {
	if share, ok := l.Now.OverrideRate(); ok {
		return percent(share)
	}
	return "-"
}

var markdownEscape = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", `*`, `\*`, `_`, `\_`, `[`, `\[`, `]`, `\]`, `<`, `&lt;`, `>`, `&gt;`, `&`, `&amp;`, `#`, `\#`, `|`, `\|`, `~`, `\~`, `!`, `\!`,
	"\n", " ", "\r", " ",
)

func escaped(s string) string { return markdownEscape.Replace(s) }

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func title(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
