package web

import "github.com/gin-gonic/gin"

// capped gives what caps keep remit from now, for the banner. Not knowing must not take the page away.
func (h *console) capped(c *gin.Context) []string {
	if h.Caps == nil {
		return nil
	}
	said, err := h.Caps.CapsReached(c.Request.Context())
	if err != nil {
		h.Logger.ErrorContext(c.Request.Context(), "caps not read", "error", err)
	}
	return said
}
