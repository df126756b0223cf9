package app

import "remit/web"

// Preview gives what the console is given to preview policies by.
func Preview(a *App) web.Backtester { return previewer{a} }
