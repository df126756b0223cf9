package triage

import "strconv"

// number reads the whole number that word i is: "300", "1,200" (as "1200"), "3rd", "2k".
func (r *reading) number(i int) (int, bool) {
	if i >= len(r.words) || r.words[i].flags&number == 0 {
		return 0, false
	}
	b := r.lower[r.words[i].start:r.words[i].end]
	digits := 0
	for digits < len(b) && isDigit(b[digits]) {
		digits++
	}
	if digits > 9 {
		return 0, false
	}
	n, err := strconv.Atoi(string(b[:digits]))
	if err != nil {
		return 0, false
	}
	if string(b[digits:]) == "k" {
		n *= 1000
	}
	return n, true
}

// size is the largest count of users and the largest amount of money that a text names, with the words that do.
type size struct {
	users, money    int
	userAt, moneyAt int32
}

// sizes finds how much the text says is at stake.
func (r *reading) sizes() (s size) {
	for i, w := range r.words {
		n, ok := r.number(i)
		if !ok {
			continue
		}
		if (w.flags&amount != 0 || r.follows(i, 1, currency)) && n > s.money {
			s.money, s.moneyAt = n, int32(i)
		} else if r.follows(i, 2, countsUsers) && n > s.users {
			s.users, s.userAt = n, int32(i)
		}
	}
	return s
}

// follows reports whether one of the next reach words of the sentence has the trait.
func (r *reading) follows(i, reach int, t trait) bool {
	for j := i + 1; j <= i+reach && j < len(r.words) && r.words[j].sentence == r.words[i].sentence; j++ {
		if id := r.words[j].id; id >= 0 && r.lex.traits[id]&t != 0 {
			return true
		}
	}
	return false
}
