package overlay

import (
	"context"
	"fmt"
)

// A Loader returns the part of a layer that a block needs, as [Block] tells. It
// may return the same layer for every block.
type Loader func(context.Context, Block) (*Layer, error)

// StreamFaces works through blocks one after another and hands the partition of
// each to emit. One block is in memory at a time; [Merge] adds up what was
// emitted, or a database does. Errors of load and emit end it.
func StreamFaces(ctx context.Context, load Loader, blocks []Block, o Options, emit func(Block, *Partition) error) error {
	for _, block := range blocks {
		l, err := load(ctx, block)
		if err != nil {
			return fmt.Errorf("layer of block %v: %w", block, err)
		}
		o.Owns = &block
		p, err := Faces(ctx, l, o)
		if err != nil {
			return err
		}
		if err := emit(block, p); err != nil {
			return fmt.Errorf("rows of block %v: %w", block, err)
		}
	}
	return nil
}

// StreamPairs is [StreamFaces] for pairs: within one layer when b is nil, else
// between two. Here it is enough that a Loader returns the claims whose boxes
// meet the block.
func StreamPairs(ctx context.Context, a, b Loader, blocks []Block, o Options, emit func(Block, []Pair) error) error {
	for _, block := range blocks {
		la, err := a(ctx, block)
		if err != nil {
			return fmt.Errorf("layer of block %v: %w", block, err)
		}
		lb := la
		if b != nil {
			if lb, err = b(ctx, block); err != nil {
				return fmt.Errorf("second layer of block %v: %w", block, err)
			}
		}
		o.Owns = &block
		pairs, err := Pairs(ctx, la, lb, o)
		if err != nil {
			return err
		}
		if err := emit(block, pairs); err != nil {
			return fmt.Errorf("rows of block %v: %w", block, err)
		}
	}
	return nil
}
