// Package pgserver runs the database that Jieshi uses when nobody gives it
// one: a private PostgreSQL + PostGIS cluster under the data directory,
// reachable through a Unix socket only. It starts with the first program that
// needs it and stops with it. It knows nothing of tables; it is Linux only.
//
//	srv, err := pgserver.Open(ctx, pgserver.Options{DataDir: dir, Exclusive: true, Log: log})
//	if err != nil { … }
//	defer srv.Close()
//	pool, err := pgxpool.New(ctx, srv.URL())
//
// # Files
//
// All is in <data-dir>/postgres, mode 0700, called the home:
//
//	owner          lock and note: who runs the server, and where it listens
//	joiners        lock: shared by every other program that uses the server
//	cluster/       PGDATA; cluster.new/ while initdb works
//	cluster/conf.d the operator's own *.conf, read after ours
//	cluster/password, mode 0600
//	log/           PostgreSQL's log, a file per weekday, and start.log
//	run/           the socket, where its path fits into 107 bytes
//
// Where the path is too long for a socket, the socket is in a private directory
// under $XDG_RUNTIME_DIR or /tmp. PostgreSQL does not run as root: under root it
// runs as the user who owns the cluster, at first postgres, else nobody. Where
// that user cannot reach the data directory (/root is closed to it), the home
// is a directory of its own below /var/lib/jieshi-postgres, and
// <data-dir>/postgres is a symbolic link to it.
//
// # Who runs the server
//
// Several programs may use one data directory at once (serve, and ingest beside
// it). Two flock(2) locks order them; the kernel drops both when a program
// dies, however it dies.
//
//  1. Open tries to lock owner exclusively. Who gets it is the owner: it clears
//     the note, ends whatever an earlier owner left running, starts the server
//     and writes its connection into the note (pid, url, state "ready").
//  2. Who does not get it reads the note. If it says "ready", Open takes a
//     shared lock on joiners, reads the note again (it must be unchanged),
//     connects once, and returns a handle with Owned() == false. If it says
//     anything else, or the lock or the connection fails, the owner is just
//     starting or stopping: Open waits a little and begins again at 1.
//  3. Options.Exclusive asks to be the owner or nothing. If the present owner
//     is exclusive too, Open returns [ErrInUse] at once; if the owner is a
//     short command, Open waits for it, up to Options.Wait, then returns
//     ErrInUse.
//  4. Close by a joiner drops its shared lock. Close by the owner waits until it
//     holds joiners exclusively or Options.Grace is over, sets the note to
//     "stopping", stops the server (fast shutdown), empties the note and drops
//     both locks. While a short command waits so, others may still join it; an
//     exclusive owner says "stopping" first, so that nobody new joins.
//
// # What happens when something is killed
//
// Our program: the server is started from a thread that lives as long as we do
// and asks the kernel for SIGINT on that thread's death (PR_SET_PDEATHSIG), so
// it shuts down by itself. Joiners lose their connections and must be run
// again. Should a server survive nevertheless, the next owner finds it (the
// processes whose working directory is the cluster), stops it and starts its
// own, since a server that is not its child would not end with it.
//
// The postmaster: the owner notices, ends the orphaned backends and starts it
// again at the same address; connections are lost, the URL stays true. A
// backend: PostgreSQL itself restarts and recovers.
//
// initdb: it works in cluster.new, which becomes cluster by one rename; a
// half-made one is thrown away at the next start. Role, database and extension
// are made by statements that are repeated at every start until they hold.
//
// # Who may connect
//
// Whoever may enter the socket's directory, which is the cluster's owner and
// root, and knows the password. It is 32 random bytes, made with the cluster and
// kept in it, so that a copy of the cluster has it too; it is in the URL, and
// while the server runs in the note, for the joiners. It never is an argument of
// a program nor part of a statement. The superuser has the same password: both
// are for whoever may read the file. A cluster without the file, made before
// there were passwords or restored without it, gets a new one at its next start,
// from a server that trusts whoever enters the socket's directory for that
// moment.
//
// The URL names the role jieshi, which owns the database jieshi and may create
// roles, but is not a superuser, so that row-level security holds.
package pgserver
