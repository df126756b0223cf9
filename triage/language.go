package triage

import "unicode"

// script is an alphabet, as far as it tells languages apart.
type script int

const (
	latin script = iota
	cyrillic
	greek
	arabic
	hebrew
	devanagari
	thai
	hangul
	kana
	han
	otherScript
	scriptCount
)

// scriptLanguages says which language is guessed from a script alone.
var scriptLanguages = [scriptCount]string{"", "ru", "el", "ar", "he", "hi", "th", "ko", "ja", "zh", "und"}

var scriptTables = [...]*unicode.RangeTable{
	unicode.Latin, unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew, unicode.Devanagari, unicode.Thai,
	unicode.Hangul, unicode.Hiragana, unicode.Han,
}

func scriptOf(c rune) script {
	if c < 0x250 {
		return latin
	}
	for i, t := range scriptTables {
		if unicode.Is(t, c) {
			return script(i)
		}
	}
	if unicode.Is(unicode.Katakana, c) {
		return kana
	}
	return otherScript
}

// languages that are told apart by their function words, in the order of functionWords.
var languages = [...]string{"en", "de", "fr", "es", "it", "pt", "nl"}

// functionWords are the small words that hardly any sentence of a language does without.
var functionWords = [len(languages)]string{
	"the a an i my is are was were be been to of and in on for it this that with you we our your have has had not do does did can could will would what how why when where which there from at by as if but or me they please get am so all no just about any don't can't i'm it's haven't after who again any been still want need",
	"der die das ich und ist nicht ein eine einen mit zu auf für wir sie es den dem von haben habe kann mein meine bitte wie warum wenn auch noch nach bei aus sich wird wurde sind war dass unsere ihr ihre mir",
	"le la les je et est pas un une des avec pour sur nous vous il elle mon ma mes ce cette que qui dans du au ne j'ai n'ai c'est être avoir suis sont merci comment pourquoi votre notre plus",
	"el la los las yo y es no un una unos con para por mi mis que en de del se lo está estoy tengo puedo cómo cuando pero esta este gracias su mucho hola desde",
	"il lo la gli i un una e è non con per su mi mio mia che di del della sono ho posso come perché quando ma questo questa grazie anche più da",
	"o a os as eu e é não um uma com para por meu minha que de do da em no na se está estou tenho posso como quando mas este esta obrigado você foi",
	"de het een ik en is niet met voor op wij we jullie mijn ons onze dat die dit kan hoe waarom wanneer maar ook nog naar bij uit zijn heeft heb wordt er",
}

// unclear is the language of a text that gives no hint of one.
const unclear = "und"

// language guesses the language, and how sure it is that the text is not English: 0 for English and for texts too short to
// tell, up to 1.
func (r *reading) language() (lang string, foreign float64) {
	total := 0
	best := latin
	for s, n := range r.letters {
		total += n
		if n > r.letters[best] {
			best = script(s)
		}
	}
	if best != latin && total >= 3 {
		return scriptLanguages[best], 0.5 + 0.5*float64(r.letters[best])/float64(total)
	}
	return r.byFunctionWords()
}

func (r *reading) byFunctionWords() (string, float64) {
	var counts, last [len(languages)]int
	var varied [len(languages)]bool // has more than one word of the language: "ho ho" is not Italian
	words := 0
	for _, w := range r.words {
		if w.flags&number != 0 {
			continue
		}
		words++
		if w.id < 0 {
			continue
		}
		mask := r.lex.langs[w.id]
		for i := range counts {
			if mask>>i&1 == 0 {
				continue
			}
			counts[i]++
			varied[i] = varied[i] || counts[i] > 1 && last[i] != int(w.id)
			last[i] = int(w.id)
		}
	}
	best := 0
	for i, n := range counts {
		if n > counts[best] {
			best = i
		}
	}
	switch {
	case words == 0:
		return unclear, 0
	case best != 0 && varied[best] && counts[best] >= counts[0]+2:
		return languages[best], min(1, 0.5+0.1*float64(counts[best]-counts[0]))
	case counts[0]*12 >= words || words < 5 || r.known()*4 >= words:
		return languages[0], 0
	}
	return unclear, 0.6
}

// known counts the words that the lexicon has.
func (r *reading) known() int {
	n := 0
	for _, w := range r.words {
		if w.id >= 0 && r.lex.langs[w.id] <= 1 {
			n++
		}
	}
	return n
}
