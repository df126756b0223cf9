package app

import "remit/bot"

// Trier gives what tries a tuning on the recorded past.
func Trier(a *App) bot.Backtester { return trier{a} }
