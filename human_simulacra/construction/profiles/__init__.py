"""Profile sampling: attribute pools, user constraints, and the ranking and selection of candidates."""
