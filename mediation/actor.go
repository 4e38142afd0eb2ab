package mediation

import "context"

// An Actor is the person (or program) on whose behalf something is done. Every
// transaction of the store carries one, and every filed item names one.
type Actor struct {
	Name string
}

type actorKey struct{}

// WithActor returns a context in which a acts.
func WithActor(ctx context.Context, a Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}

// ActorOf returns who acts in ctx. Without one it is the zero Actor, which the
// store refuses to write for.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}
