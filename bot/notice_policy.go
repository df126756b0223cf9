package bot

import (
	"fmt"

	"remit/models"
)

// Proposed tells the managers of a version of the policy that loosens something: who brought it, what it loosens, and that
// another of them has to agree; later, what became of it. It is answered in the console, where its back-test stands beside it.
func (o CardOptions) Proposed(v models.PolicyVersion) Notice {
	n := Notice{Key: fmt.Sprintf("notice:policy:%d", v.Number), Domain: models.Self}
	what := fmt.Sprintf("%s proposes version %d of the policy: %s", line(v.Author.Display(), 80), v.Number, show(v.Why, 600))
	how := "It lets remit do more, so another manager has to agree. Until one does, the version in force stays."
	head := "A policy waits for a second manager"
	switch v.State {
	case models.PolicyInForce, models.PolicyReplaced:
		head, how = "A policy was agreed to", fmt.Sprintf("%s agreed at %s.", line(v.ApprovedBy.Display(), 80), o.clock(v.InForceAt))
	case models.PolicyWithdrawn:
		head, how = "A policy was withdrawn", fmt.Sprintf("It was withdrawn by %s at %s.", line(v.EndedBy.Display(), 80), o.clock(v.EndedAt))
	}
	n.Text, n.Blocks = escape(line(what, 250)), headed(head, what)
	var lines []string
	for _, s := range v.Loosens {
		lines = append(lines, line(s, 200))
	}
	n.Blocks = append(n.Blocks, bullets("loosens", "What it loosens:", lines)...)
	n.Blocks = append(n.Blocks, o.foot(how, fmt.Sprintf("/policy/%d", v.Number), "Look at it in remit")...)
	return n
}
