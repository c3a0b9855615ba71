"""Worker processes that run queries and may be lost: the only place where a query can hurt.

    keeper ── engine of one version ── worker, worker, worker …
                                          ▲
    front (HTTP) ── unix socket ──────────┘

The keeper starts an engine, which loads the graph and forks workers that share its memory. Fronts
connect to the engine's socket; whichever worker is free takes the connection. A worker that
overruns a limit is ended by the kernel (SIGALRM at the deadline, RLIMIT_AS, RLIMIT_FSIZE, SIGIO
when the client leaves) and forked anew; the front learns from the board why.
"""
