"""Quality checks of data folders. Each check returns a gate: a figure, a threshold, and the file and line of each failure."""
