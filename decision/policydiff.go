package decision

import (
	"fmt"

	"github.com/aymanbagabas/go-udiff"

	"remit/models"
)

// DiffVersions gives the unified diff from one version's text to another's, "" where they are the same.
func DiffVersions(a, b models.PolicyVersion) string {
	return udiff.Unified(versionName(a), versionName(b), a.Text, b.Text)
}

func versionName(v models.PolicyVersion) string {
	if v.Number == 0 {
		return "nothing"
	}
	return fmt.Sprintf("version %d", v.Number)
}
