package models

// Why is a reason that a person may give for an override: a code, by which overrides are counted, and its words.
type Why struct{ Code, Text string }

// Whys gives the reasons that may be given for overriding any decision; every surface offers the same.
func Whys() []Why {
	return []Why{
		{"facts_wrong", "The facts are wrong or old"},
		{"facts_missing", "Something it could not know"},
		{"judgement", "I judge it differently"},
		{"exception", "An exception was agreed"},
		{"policy", "The policy should say otherwise"},
		{"other", "Something else"},
	}
}
