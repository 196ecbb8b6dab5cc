"""Judge models: asking one, what it reads, reading its verdict, and whether it is admitted."""
