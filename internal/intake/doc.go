// Package intake takes in what a surveyor brings: bytes are hashed while they
// are written and kept under their hash, with an order for the work on them
// (package mediation has the nouns Order and Job). Whoever works on the job reads
// or converts the file, judges it, and stores rows, claim, contest run, evidence
// and the end of the job in one transaction. A refusal leaves nothing but the job
// that says why. A program that is killed leaves nothing that the next one does
// not take up or sweep.
//
// The command line and the API bring files in through the same calls: Place… takes
// the bytes and orders, [Intake.Do] works, [Intake.Walk] and [Intake.Orthophoto] do
// both and wait.
package intake
