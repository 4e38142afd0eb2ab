// Command benchcase measures what a saved claim costs the database when the
// tables are full: 10^6 registered parcels in two layers, 10^5 live claims in
// 5×10^4 cases with runs and evidence. It saves some hundred walks of 50 to 200
// vertices through the store, as the API does, and as many claims that were drawn
// instead, and lists the registered parcels
// under each claim; it prints where the time went, statement by statement.
//
//	make bench-case                           seeds a private cluster (minutes), measures, removes it
//	make bench-case BENCHCASE='-data DIR'     keeps the cluster in DIR and uses it again
//	make bench-case BENCHCASE=-quick          a hundredth of the rows, to try the program
//
// Database time is measured from outside, and so includes all that the database
// does: for each statement of the transaction, BEGIN and COMMIT with its flush
// to the disk among them, the time from handing it to the driver until its last
// row is read, on a Unix socket of the same machine. It is therefore an upper
// bound: the way there and back is in it. Beside it stands the processor time
// of the server's backend (/proc/PID/schedstat), and for how long that backend
// stood in the queue for a processor, which tells a slow statement from a busy
// machine. Time between statements, when the program computes, is not counted;
// "elapsed" has it.
package main
