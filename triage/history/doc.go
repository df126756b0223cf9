// Package history makes what a company already has - a helpdesk's export, the tickets of the store and what people said
// about them - into what can be learned from, and says whether what was learned is better than what judges now.
//
// Its readers take bytes and give tickets and accounts, one a row; a row that cannot be used is an Invalid error with its
// line, and the next row is read all the same. Nothing of a text leaves the process.
package history
