package triage

import (
	"hash/fnv"
	"slices"
	"strings"

	"remit/models"
)

// mostMarks is how many words of a ticket are looked at to tell what it is about, the first ones.
const mostMarks = 24

// common are words of many tickets that tell nothing about what they are about.
var common = func() map[string]struct{} {
	out := map[string]struct{}{}
	for w := range strings.FieldsSeq(`hello hi hey dear thanks thank regards team support help issue problem question ticket customer
		today yesterday morning since now again still try tried use user using need want know tell sir madam
		hallo danke bitte bonjour merci hola gracias error message company account work working order number`) {
		out[stem(w)] = struct{}{}
	}
	for _, language := range functionWords {
		for w := range strings.FieldsSeq(language) {
			out[stem(w)] = struct{}{}
		}
	}
	return out
}()

// Marks gives numbers by which tickets about the same thing are known: of the telling words of the subject and the newest
// message, and of the intent where a model of the company's history knows it. They are ascending, each once.
func (j *Judge) Marks(t models.Ticket) []uint32 {
	text := j.IntentText(t)
	var out []uint32
	for w := range strings.FieldsSeq(text) {
		w = stem(w)
		if _, dull := common[w]; dull || len(w) < 3 || strings.ContainsAny(w, "0123456789") {
			continue
		}
		if m := mark(w); !slices.Contains(out, m) {
			out = append(out, m)
		}
		if len(out) == mostMarks {
			break
		}
	}
	if j.intents != nil && len(out) > 0 {
		if p := j.intents.Classify(text); !p.Outside && p.Confidence >= likelyGroup {
			out = append(out, mark("intent\x00"+p.Label))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func mark(s string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(s))
	return h.Sum32()
}
