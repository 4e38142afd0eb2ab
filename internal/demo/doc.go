// Package demo makes up everything that a demonstration of Jieshi needs: one
// dispute near Liujiang, Guangxi, with a drone orthophoto and boundary walks,
// the administrative areas around it, and two years of provincial history.
//
// All of it is synthetic and follows from a seed: equal seeds give equal bytes,
// on every run. Nothing here reads a clock, a network or a file. The villages,
// village groups and the forest farm are invented; the names and codes of
// counties, cities and of the townships of two counties are real (Ministry of
// Civil Affairs, 2025-12-31), but their outlines are not.
//
// The true figures of the dispute are known (see [Truth]), so that what the
// product measures from the walks can be compared with what was the case.
package demo
