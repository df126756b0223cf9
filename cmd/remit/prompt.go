package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"remit/models"
)

// prompter asks whoever sits at the terminal. What flags or the environment have said is not asked.
type prompter struct {
	in  *bufio.Reader
	raw io.Reader // what in reads from: a terminal hides secrets
	out io.Writer
}

func newPrompter(in io.Reader, out io.Writer) *prompter {
	return &prompter{in: bufio.NewReader(in), raw: in, out: out}
}

// question is one thing to be known.
type question struct {
	Asks   string // what is asked
	Flag   string // by which it can be said instead
	Is     string // in effect where nothing is typed
	Secret bool   // not shown while it is typed
}

// ask gives what was typed, or the default. The error is Invalid where there is nobody to ask, and names the flag.
func (p *prompter) ask(q question) (string, error) {
	said := q.Asks
	if q.Is != "" {
		said += " [" + q.Is + "]"
	}
	fmt.Fprint(p.out, said+": ")
	line, err := p.read(q.Secret)
	if line = strings.TrimSpace(line); line == "" {
		line = q.Is
	}
	if line == "" && err != nil {
		fmt.Fprintln(p.out)
		return "", models.FieldErrorf(q.Flag, "is needed, and nobody is there to be asked")
	}
	return line, nil
}

func (p *prompter) read(secret bool) (string, error) {
	if f, is := p.raw.(*os.File); is && secret && p.in.Buffered() == 0 && term.IsTerminal(int(f.Fd())) {
		typed, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(p.out)
		return string(typed), err
	}
	line, err := p.in.ReadString('\n')
	return line, err
}

// tries is how often a wrong answer may be mended at the terminal.
const tries = 5

// askUntil asks until check takes the answer, and says each time why it does not. What was given by a flag is tried once.
func (p *prompter) askUntil(given string, q question, check func(string) error) (string, error) {
	if given != "" {
		return given, check(given)
	}
	var err error
	for range tries {
		var said string
		if said, err = p.ask(q); err != nil {
			return "", err
		}
		if err = check(said); err == nil {
			return said, nil
		}
		if models.KindOf(err) == models.Internal {
			return "", err
		}
		fmt.Fprintln(p.out, "  "+models.SentenceOf(err))
	}
	return "", err
}

// mostChoices is how many choices are listed at once.
const mostChoices = 30

// choose lists names and gives the index of the one that was chosen, by its number or its name.
func (p *prompter) choose(given string, q question, names []string) (int, error) {
	if len(names) == 0 {
		return 0, models.FieldErrorf(q.Flag, "has nothing to choose from")
	}
	if given == "" {
		for i, n := range names[:min(len(names), mostChoices)] {
			fmt.Fprintf(p.out, "  %2d  %s\n", i+1, n)
		}
		if rest := len(names) - mostChoices; rest > 0 {
			fmt.Fprintf(p.out, "      and %d more: type a name\n", rest)
		}
	}
	at := -1
	_, err := p.askUntil(given, q, func(said string) error {
		var err error
		at, err = pick(q.Flag, said, names)
		return err
	})
	return at, err
}

// pick gives the index of what was said: a name, the only name that begins so, or a number.
func pick(flag, said string, names []string) (int, error) {
	said = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(said), "#"))
	begins := -1
	for i, n := range names {
		n = strings.ToLower(strings.TrimPrefix(n, "#"))
		if n == said {
			return i, nil
		}
		if strings.HasPrefix(n, said) {
			if begins >= 0 {
				begins = len(names) // more than one
			} else {
				begins = i
			}
		}
	}
	if n, err := strconv.Atoi(said); err == nil && n >= 1 && n <= len(names) {
		return n - 1, nil
	}
	if begins >= 0 && begins < len(names) {
		return begins, nil
	}
	return -1, models.FieldErrorf(flag, "%q is none of these", said)
}

// yes asks a question of yes and no; silence is no.
func (p *prompter) yes(asks string) (bool, error) {
	fmt.Fprint(p.out, asks+" [no]: ")
	line, err := p.in.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	line = strings.ToLower(strings.TrimSpace(line))
	return line == "y" || line == "yes", nil
}
