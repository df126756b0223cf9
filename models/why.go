package models

// Why is a reason that a person may give for an override: a code, by which overrides are counted, and its words.
type Why struct{ Code, Text string }

// Reasons that mean something to remit itself.
const (
	ReasonBelowFloor = "below-floor" // a pay day breaks the cash floor, and the person means it
	ReasonFound      = "found"       // a payment is released, and there was a reason to hold it
)

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

// WhysOf gives the reasons that may be given for overriding an action.
func WhysOf(a Action) []Why {
	switch a {
	case ActionSchedule:
		return append(Whys(), Why{ReasonBelowFloor, "I know that it breaks the cash floor"})
	case ActionHold:
		return append(Whys(), Why{ReasonFound, "There was a reason, and it is dealt with"})
	}
	return Whys()
}
