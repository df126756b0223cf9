package level

import "math"

// Numbers of the descent.
const (
	remembered = 8
	mostSteps  = 80
	mostHalved = 20
	enough     = 1e-4 // of the slope, that a step must bring
	still      = 1e-5 // a step that brings less than this share ends it
)

// descend gives where a smooth convex function is least, from x on: L-BFGS (Liu and Nocedal 1989) with halved steps. of gives
// the value at x and writes the gradient.
func descend(x []float64, of func(x, gradient []float64) float64) []float64 {
	n := len(x)
	x = append([]float64(nil), x...)
	g, next, slope := make([]float64, n), make([]float64, n), make([]float64, n)
	value := of(x, g)
	var past curvature
	for range mostSteps {
		d := past.direction(g)
		down, step, reached := dot(g, d), 1.0, math.Inf(1)
		for range mostHalved {
			for i := range x {
				next[i] = x[i] - step*d[i]
			}
			if reached = of(next, slope); reached <= value-enough*step*down {
				break
			}
			step /= 2
		}
		if !(reached < value) {
			break
		}
		past.add(x, next, g, slope)
		done := value-reached < still*max(1, math.Abs(value))
		copy(x, next)
		copy(g, slope)
		if value = reached; done {
			break
		}
	}
	return x
}

// curvature remembers the last steps and how the gradient changed over them.
type curvature struct {
	steps, changes [][]float64
	inverse        []float64
}

func (c *curvature) add(from, to, before, after []float64) {
	s, y := make([]float64, len(from)), make([]float64, len(from))
	for i := range from {
		s[i], y[i] = to[i]-from[i], after[i]-before[i]
	}
	bent := dot(s, y)
	if bent < 1e-12 {
		return
	}
	c.steps, c.changes, c.inverse = append(c.steps, s), append(c.changes, y), append(c.inverse, 1/bent)
	if len(c.steps) > remembered {
		c.steps, c.changes, c.inverse = c.steps[1:], c.changes[1:], c.inverse[1:]
	}
}

// direction gives the gradient times what is known of the inverse Hessian, by two loops over the past.
func (c *curvature) direction(g []float64) []float64 {
	d := append([]float64(nil), g...)
	last := len(c.steps) - 1
	if last < 0 {
		return times(d, 1/max(1, math.Sqrt(dot(g, g))))
	}
	along := make([]float64, last+1)
	for i := last; i >= 0; i-- {
		along[i] = c.inverse[i] * dot(c.steps[i], d)
		plus(d, -along[i], c.changes[i])
	}
	times(d, 1/(c.inverse[last]*dot(c.changes[last], c.changes[last])))
	for i := range c.steps {
		plus(d, along[i]-c.inverse[i]*dot(c.changes[i], d), c.steps[i])
	}
	return d
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

func plus(to []float64, f float64, x []float64) {
	for i := range to {
		to[i] += f * x[i]
	}
}

func times(x []float64, f float64) []float64 {
	for i := range x {
		x[i] *= f
	}
	return x
}
