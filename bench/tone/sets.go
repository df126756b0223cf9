package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// labelled is a text with the places of its labels among a set's classes.
type labelled struct {
	text   string
	labels []int
}

// set is a public set, as far as it is there.
type set struct {
	name        string
	classes     []string
	train, test []labelled
	valid       []labelled // where the set has a part for that
	groups      [][]int    // by class: the shipped model's emotions that speak for it
}

var (
	sentiments = []string{"negative", "neutral", "positive"}
	feelings   = []string{"anger", "joy", "optimism", "sadness"}
	ekman      = []string{"anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise"}
)

// The shipped model's emotions, by place, that speak for a class.
var (
	sentimentGroups = [][]int{{0, 1, 2, 3}, {7, 8}, {4, 5, 6}}
	feelingGroups   = [][]int{{0, 1}, {4, 6}, {5}, {3, 2}}
)

// validation gives the set with its validation part, or every fifth of the training part, in place of the test.
func (s set) validation() set {
	if len(s.valid) > 0 {
		s.test = s.valid
		return s
	}
	all := s.train
	s.train, s.test = nil, nil
	for i, e := range all {
		if i%5 == 0 {
			s.test = append(s.test, e)
		} else {
			s.train = append(s.train, e)
		}
	}
	return s
}

// emotionOf groups the 28 labels of GoEmotions, in their order, as the shipped model does.
var emotionOf = [28]int{
	4, 4, 0, 0, 5, 5, 7, 7, 5, 3, 1, 1, 3, 4, 2, 6, 3, 4, 4, 2, 5, 4, 7, 4, 3, 3, 7, 8,
}

func sets(dir string) ([]set, error) {
	tweets, err := tweetEval(dir)
	if err != nil {
		return nil, err
	}
	senti, err := senti4sd(dir)
	if err != nil {
		return nil, err
	}
	go7, err := goEmotions(dir, "ekman")
	if err != nil {
		return nil, err
	}
	vader, err := vaderTweets(dir)
	return []set{tweets, senti, go7, vader}, err
}

// clean takes away what the makers of a set put in place of names: nobody writes it.
func clean(text string) string {
	for _, mask := range []string{"@user", "[NAME]", "[RELIGION]"} {
		text = strings.ReplaceAll(text, mask, " ")
	}
	return text
}

func lines(parts ...string) ([]string, error) {
	f, err := os.Open(filepath.Join(parts...))
	if err != nil {
		return nil, fmt.Errorf("read a public set: %w", err)
	}
	defer f.Close()
	var out []string
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<20)
	for s.Scan() {
		out = append(out, s.Text())
	}
	return out, s.Err()
}

func tweetEval(dir string) (set, error) {
	s := set{name: "tweeteval-emotion", classes: feelings, groups: feelingGroups}
	for split, to := range map[string]*[]labelled{"train": &s.train, "test": &s.test, "val": &s.valid} {
		texts, err := lines(dir, "tweeteval", "emotion", split+"_text.txt")
		if err != nil {
			return s, err
		}
		labels, err := lines(dir, "tweeteval", "emotion", split+"_labels.txt")
		if err != nil {
			return s, err
		}
		for i, l := range labels {
			k, err := strconv.Atoi(strings.TrimSpace(l))
			if err != nil {
				return s, fmt.Errorf("read tweeteval: %w", err)
			}
			*to = append(*to, labelled{clean(texts[i]), []int{k}})
		}
	}
	return s, nil
}

func senti4sd(dir string) (set, error) {
	s := set{name: "senti4sd", classes: sentiments, groups: sentimentGroups}
	for split, to := range map[string]*[]labelled{"train": &s.train, "test": &s.test} {
		rows, err := lines(dir, "senti4sd", split+".csv")
		if err != nil {
			return s, err
		}
		r := csv.NewReader(strings.NewReader(strings.Join(rows, "\n")))
		r.Comma, r.LazyQuotes, r.FieldsPerRecord = ';', true, -1
		for {
			row, err := r.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return s, fmt.Errorf("read senti4sd: %w", err)
			}
			if k := slices.Index(sentiments, row[1]); k >= 0 {
				*to = append(*to, labelled{strings.Join(row[2:], ";"), []int{k}})
			}
		}
	}
	return s, nil
}

// goEmotions reads the set with its own 28 labels ("original") or with seven.
func goEmotions(dir, kind string) (set, error) {
	s := set{name: "goemotions", classes: ekman}
	for split, to := range map[string]*[]labelled{"train": &s.train, "test": &s.test, "dev": &s.valid} {
		rows, err := lines(dir, "goemotions", kind, split+".tsv")
		if err != nil {
			return s, err
		}
		for _, row := range rows {
			parts := strings.Split(row, "\t")
			one := labelled{text: clean(parts[0])}
			for l := range strings.SplitSeq(parts[1], ",") {
				k, err := strconv.Atoi(l)
				if err != nil {
					return s, fmt.Errorf("read goemotions: %w", err)
				}
				one.labels = append(one.labels, k)
			}
			*to = append(*to, one)
		}
	}
	return s, nil
}

// even is the mean rating, on a scale from -4 to 4, from which a tweet counts as glad or, negated, as sad.
const even = 0.5

// vaderTweets reads the tweets rated by people; every fifth is the test.
func vaderTweets(dir string) (set, error) {
	s := set{name: "vader-tweets", classes: sentiments, groups: sentimentGroups}
	rows, err := lines(dir, "vader", "tweets_GroundTruth.txt")
	for i, row := range rows {
		parts := strings.SplitN(row, "\t", 3)
		if len(parts) < 3 {
			continue
		}
		rating, _ := strconv.ParseFloat(parts[1], 64)
		k := 1
		if rating >= even {
			k = 2
		} else if rating <= -even {
			k = 0
		}
		if one := (labelled{parts[2], []int{k}}); i%5 == 0 {
			s.test = append(s.test, one)
		} else {
			s.train = append(s.train, one)
		}
	}
	return s, err
}

// fromFile reads a test set with the header text,label; its labels say which classes are meant.
func fromFile(path string) (set, error) {
	f, err := os.Open(path)
	if err != nil {
		return set{}, fmt.Errorf("read the test set: %w", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) < 2 || len(rows[0]) < 2 || rows[0][0] != "text" || rows[0][1] != "label" {
		return set{}, fmt.Errorf("%s: a CSV with the header text,label is needed: %w", path, errors.Join(err))
	}
	s := set{name: filepath.Base(path), classes: sentiments, groups: sentimentGroups}
	if slices.ContainsFunc(rows[1:], func(r []string) bool { return slices.Contains(feelings, r[1]) }) {
		s.classes, s.groups = feelings, feelingGroups
	}
	for i, r := range rows[1:] {
		k := slices.Index(s.classes, r[1])
		if k < 0 {
			return set{}, fmt.Errorf("%s: row %d: the label %q is none of %s", path, i+2, r[1], strings.Join(s.classes, ", "))
		}
		s.test = append(s.test, labelled{clean(r[0]), []int{k}})
	}
	return s, nil
}
