// Command drafts measures how often the answer that fits is found among the agreed ones: on MultiDoGO, where the answers of
// an intent are stood for by texts of its training part, and on any knowledge base with -kb and -test.
package main

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"remit/triage"
)

// question is a text and the article that answers it.
type question struct{ text, id string }

// result is one row of the table.
type result struct {
	Set  string  `json:"set"`
	N    int     `json:"n"`
	Hit1 float64 `json:"hit1"`
	Hit3 float64 `json:"hit3"`
	MRR  float64 `json:"mrr"`
}

func main() {
	data := flag.String("data", cmp.Or(os.Getenv("REMIT_BENCH_DATA"), "../shared/data"), "where the public sets are")
	kb := flag.String("kb", "", "a CSV with the header id,title,text to search instead")
	test := flag.String("test", "", "a CSV with the header text,id of questions to it")
	asJSON := flag.Bool("json", false, "print one JSON object")
	flag.Parse()
	out, err := run(filepath.Join(*data, "text"), *kb, *test)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if *asJSON {
		_ = json.NewEncoder(os.Stdout).Encode(map[string]any{"sets": out})
		return
	}
	fmt.Printf("%-22s %6s %7s %7s %7s\n", "set", "n", "hit@1", "hit@3", "MRR")
	for _, r := range out {
		fmt.Printf("%-22s %6d %7.3f %7.3f %7.3f\n", r.Set, r.N, r.Hit1, r.Hit3, r.MRR)
	}
}

func run(dir, kb, test string) ([]result, error) {
	if kb != "" && test != "" {
		articles, questions, err := fromFiles(kb, test)
		return []result{score(filepath.Base(test), articles, questions)}, err
	}
	var out []result
	for _, name := range []string{"finance", "software"} {
		articles, questions, err := multidogo(filepath.Join(dir, "multidogo", name))
		if err != nil {
			return nil, err
		}
		out = append(out, score("multidogo-"+name, articles, questions))
	}
	return out, nil
}

func score(name string, articles []triage.Article, questions []question) result {
	library := triage.NewLibrary(articles)
	out := result{Set: name, N: len(questions)}
	for _, q := range questions {
		found := library.Find(q.text, len(articles))
		at := slices.IndexFunc(found, func(f triage.Found) bool { return f.ID == q.id })
		if at < 0 {
			continue
		}
		out.MRR += 1 / float64(at+1)
		if at == 0 {
			out.Hit1++
		}
		if at < 3 {
			out.Hit3++
		}
	}
	n := max(1, float64(len(questions)))
	out.Hit1, out.Hit3, out.MRR = out.Hit1/n, out.Hit3/n, out.MRR/n
	return out
}

// talk are intents that no answer is looked for.
var talk = []string{"", "contentonly", "confirmation", "rejection", "thankyou", "openinggreeting", "closinggreeting", "outofdomain"}

// answered is how many resolved tickets of an intent its article stands on.
const answered = 20

// multidogo makes an article of each intent from its first tickets in the training part; the questions are the test part.
func multidogo(dir string) ([]triage.Article, []question, error) {
	train, err := utterances(filepath.Join(dir, "train.tsv"))
	if err != nil {
		return nil, nil, err
	}
	test, err := utterances(filepath.Join(dir, "test.tsv"))
	texts := map[string][]string{}
	var ids []string
	for _, u := range train {
		if len(texts[u.id]) == 0 {
			ids = append(ids, u.id)
		}
		if len(texts[u.id]) < answered {
			texts[u.id] = append(texts[u.id], u.text)
		}
	}
	var articles []triage.Article
	for _, id := range ids {
		if len(texts[id]) == answered {
			articles = append(articles, triage.Article{ID: id, Text: strings.Join(texts[id], "\n")})
		}
	}
	known := func(id string) bool {
		return slices.ContainsFunc(articles, func(a triage.Article) bool { return a.ID == id })
	}
	return articles, slices.DeleteFunc(test, func(q question) bool { return !known(q.id) }), err
}

func utterances(path string) ([]question, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read a public set: %w", err)
	}
	defer f.Close()
	var out []question
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		c := strings.Split(s.Text(), "\t")
		if len(c) < 7 || c[0] == "conversationId" || slices.Contains(talk, c[6]) || strings.Contains(c[6], "<div>") {
			continue
		}
		out = append(out, question{text: c[4], id: c[6]})
	}
	return out, s.Err()
}

func fromFiles(kb, test string) ([]triage.Article, []question, error) {
	var articles []triage.Article
	var questions []question
	rows, err := table(kb, "id,title,text")
	if err != nil {
		return nil, nil, err
	}
	for _, r := range rows {
		articles = append(articles, triage.Article{ID: r[0], Title: r[1], Text: r[2]})
	}
	rows, err = table(test, "text,id")
	for _, r := range rows {
		questions = append(questions, question{text: r[0], id: r[1]})
	}
	return articles, questions, err
}

func table(path, header string) ([][]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read a table: %w", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 2 || strings.Join(rows[0], ",") != header {
		return nil, fmt.Errorf("%s: a CSV with the header %s is needed", path, header)
	}
	return rows[1:], nil
}
