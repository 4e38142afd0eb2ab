package demo

// dice are a stream of pseudo-random numbers (SplitMix64, Steele et al. 2014).
// The standard library's generators may change what a seed gives; files that
// are compared by hash cannot follow.
type dice struct{ state uint64 }

// newDice returns the stream with the given number of a seed, so that one part
// of the demo can throw more often without changing the others.
func newDice(seed, stream uint64) *dice {
	return &dice{mix(seed ^ mix(stream+0x9e3779b97f4a7c15))}
}

// mix is the finaliser of SplitMix64: every input bit reaches every output bit.
func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (d *dice) next() uint64 {
	d.state += 0x9e3779b97f4a7c15
	return mix(d.state)
}

// unit returns a number in [0, 1).
func (d *dice) unit() float64 { return float64(d.next()>>11) / (1 << 53) }

// between returns a number in [lo, hi).
func (d *dice) between(lo, hi float64) float64 { return lo + float64((hi-lo)*d.unit()) }

// below returns an integer in [0, n); n is positive and far below 2^32.
func (d *dice) below(n int) int { return int(d.next() >> 32 * uint64(n) >> 32) }

// normal returns a number with mean 0 and variance 1. It is the sum of twelve
// uniform ones (Irwin-Hall), which needs no logarithm and never leaves ±6.
func (d *dice) normal() float64 {
	sum := -6.0
	for range 12 {
		sum += d.unit()
	}
	return sum
}

// weighted returns the index of a weight, drawn in proportion to the weights,
// which are positive.
func (d *dice) weighted(weights []int) int {
	total := 0
	for _, w := range weights {
		total += w
	}
	at := d.below(total)
	for i, w := range weights {
		if at -= w; at < 0 {
			return i
		}
	}
	return len(weights) - 1
}

// one returns one of the words.
func one[T any](d *dice, of []T) T { return of[d.below(len(of))] }
