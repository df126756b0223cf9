// Package intent learns from a company's own history which of its groups a ticket is for, and says when it does not know.
//
// A text is n-grams: words, words side by side, pairs of words wherever they stand, and two to four letters of a word.
// Two linear models weigh them: one separates each label from the rest (squared hinge), one makes the labels'
// probabilities (softmax), and in it labels whose names share words learn from one another. What is kept is the sum of
// the two. Beside it stand the nearest texts of the training set, and what a Starter, made from public dialogues, takes
// the words to mean. All are joined and brought to probabilities on predictions for texts that were held back, so a
// confidence of .9 is right nine times in ten on texts like those of the training set. For texts unlike them there is
// Outside, which is learned by holding back whole labels.
//
// All of it is deterministic under a seed, and depends on nothing but its arguments.
package intent
