package app

// Saver gives what makes versions of what is tuned in Slack and by reviews.
func Saver(a *App) saver { return saver{a.Policies} }
