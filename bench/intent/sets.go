package main

import (
	"os"
	"strings"

	"remit/bench/data"
	"remit/triage/intent"
)

// publicSets reads the sets, BANKING77 first.
func publicSets(dir string) ([]data.Split, error) {
	var out []data.Split
	for _, read := range []func(string) (data.Split, error){
		data.Banking77, data.HWU64, data.Clinc150,
		func(dir string) (data.Split, error) { return data.MultiDoGO(dir, "finance") },
		func(dir string) (data.Split, error) { return data.MultiDoGO(dir, "software") },
	} {
		s, err := read(dir)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// starterFor gives the starter that ships for a set that it was not made from, and for the others one that is made
// without them: else it would have seen the very labels it is to help with.
func starterFor(dir, set string) (*intent.Starter, error) {
	if set == "banking77" {
		return intent.Shipped()
	}
	say("making a starter without %s", set)
	return makeStarter(dir, set)
}

// makeStarter makes a starter from the training parts of the sets that may ship. BANKING77 is left out for being measured
// with few examples; so is a set that the name begins with (MultiDoGO's two domains go together).
func makeStarter(dir, without string) (*intent.Starter, error) {
	sets, err := publicSets(dir)
	if err != nil {
		return nil, err
	}
	without, _, _ = strings.Cut(without, "-")
	var examples []intent.Example
	for _, s := range sets[1:] {
		if without != "" && strings.HasPrefix(s.Name, without) {
			continue
		}
		for _, e := range s.Train {
			if strings.HasPrefix(s.Name, "multidogo") && len(strings.Fields(e.Text)) < 3 {
				continue // a name, a number, a greeting: nothing about meanings
			}
			examples = append(examples, intent.Example{Text: e.Text, Label: s.Name + "/" + e.Label})
		}
	}
	texts, err := data.GoEmotions(dir)
	if err != nil {
		return nil, err
	}
	return intent.BuildStarter(examples, texts, 1), nil
}

func writeStarter(dir, name string) error {
	s, err := makeStarter(dir, "")
	if err != nil {
		return err
	}
	file := s.Encode()
	say("%d bytes", len(file))
	return os.WriteFile(name, file, 0o644)
}

// labelsOf gives the labels in the order in which they are first seen.
func labelsOf(in []data.Labelled) []string {
	var out []string
	has := map[string]bool{}
	for _, l := range in {
		if !has[l.Label] {
			has[l.Label] = true
			out = append(out, l.Label)
		}
	}
	return out
}
