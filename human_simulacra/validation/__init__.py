"""Quality gates of a data folder: each has a figure, a threshold, and names the file and line of what fails."""
