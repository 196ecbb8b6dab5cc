"""Review of what a character's making leaves open: the queue, decisions, the terminal, the page, and readiness."""
