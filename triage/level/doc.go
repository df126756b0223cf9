// Package level learns from a company's own history how urgent its people take a ticket to be: P1 to P4, as far as the history
// has them.
//
// A text is its words and words side by side (TF-IDF, Salton and Buckley 1988), beside a few marks: which signals of urgency
// are in it, what kind of report it is, how long. Two linear models read them. An ordinal one (McCullagh 1980, "Regression
// models for ordinal data") knows that the levels have an order, so that what is hardly urgent teaches what urgency is not:
// that ranks best where few tickets are urgent. A multinomial one tells each level by itself. What the two say is brought to
// probabilities on later tickets than those they learned from, again and again (rolling origins: Tashman 2000), because
// what people call urgent changes with time.
//
// The usual level is left only from the probability on from which that did more good than harm on those later tickets.
package level
