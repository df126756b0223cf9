// Package web is remit's face to the network: two handlers that share nothing but the process.
//
// Public is what the internet may reach: webhooks, Slack's requests and the health checks. Console is where people of
// the company look and answer: server-rendered pages that need no JavaScript, the JSON API and the metrics. Neither
// decides anything. What they need of the rest of the program is declared here in small interfaces.
package web
