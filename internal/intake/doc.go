// Package intake takes in what a surveyor brings: bytes are hashed while they
// are written, read or converted, judged, and then kept with their rows, claim,
// contest run and evidence in one transaction. A refusal leaves nothing behind,
// and neither does a program that is killed: the next one sweeps.
//
// The command line and the API bring files in through the same two calls,
// [Intake.Walk] and [Intake.Orthophoto].
package intake
