package pager

import "testing"

// TLSPolicy gives the policy by which the mail server is spoken to.
func (m Mail) TLSPolicy(t *testing.T) string {
	t.Helper()
	c, err := m.client()
	if err != nil {
		t.Fatal(err)
	}
	return c.TLSPolicy()
}
