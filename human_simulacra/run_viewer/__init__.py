"""Local web pages that list the runs of a folder, search them, and compare two runs answer by answer."""
