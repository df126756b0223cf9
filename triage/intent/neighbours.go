package intent

import "math"

// neighbours finds the training texts that share the most telling words with a text, and where there are few texts, the
// most meaning as the starter has it.
type neighbours struct {
	labels []int32
	posts  [][]post // by coordinate
}

// post says that a text has the coordinate, and how much of the text it is.
type post struct {
	text  int32
	share float32
}

// closeness is how close the nearest texts of a label come: the nearest one, and the mean of three; cosines.
type closeness struct {
	nearest, three []float32
	texts          []float32 // by text, for the next time
	thirds         [][3]float32
}

func newNeighbours(ex rows, v *vocabulary, meaning bool) *neighbours {
	n := &neighbours{posts: make([][]post, len(v.keys))}
	if meaning {
		n.posts = make([][]post, ex.width)
	}
	for i, row := range ex.cells {
		n.labels = append(n.labels, int32(ex.labels[i]))
		length := n.length(row, v)
		if length == 0 {
			continue
		}
		for _, c := range row {
			if n.counts(c, v) {
				n.posts[c.at] = append(n.posts[c.at], post{int32(i), c.val / length})
			}
		}
	}
	return n
}

// counts reports whether the coordinate is one that texts are compared by: not those of letters.
func (n *neighbours) counts(c cell, v *vocabulary) bool {
	if int(c.at) < len(v.keys) {
		return v.blocks[c.at] == words
	}
	return int(c.at) < len(n.posts)
}

func (n *neighbours) length(row []cell, v *vocabulary) float32 {
	sum := 0.0
	for _, c := range row {
		if n.counts(c, v) {
			sum += float64(c.val) * float64(c.val)
		}
	}
	return float32(math.Sqrt(sum))
}

func (n *neighbours) find(row []cell, v *vocabulary, kinds int, out *closeness) {
	out.reset(len(n.labels), kinds)
	length := n.length(row, v)
	if length == 0 {
		return
	}
	for _, c := range row {
		if int(c.at) >= len(n.posts) {
			break
		}
		for _, p := range n.posts[c.at] {
			out.texts[p.text] += c.val * p.share
		}
	}
	for i, x := range out.texts {
		if x > 0 {
			out.insert(int(n.labels[i]), x/length)
		}
	}
	for k, t := range out.thirds {
		out.nearest[k], out.three[k] = t[0], (t[0]+t[1]+t[2])/3
	}
}

func (c *closeness) reset(texts, kinds int) {
	if len(c.texts) != texts || len(c.nearest) != kinds {
		c.texts = make([]float32, texts)
		c.nearest, c.three, c.thirds = make([]float32, kinds), make([]float32, kinds), make([][3]float32, kinds)
	}
	clear(c.texts)
	clear(c.nearest)
	clear(c.three)
	clear(c.thirds)
}

func (c *closeness) insert(label int, x float32) {
	t := &c.thirds[label]
	switch {
	case x > t[0]:
		t[0], t[1], t[2] = x, t[0], t[1]
	case x > t[1]:
		t[1], t[2] = x, t[1]
	case x > t[2]:
		t[2] = x
	}
}
