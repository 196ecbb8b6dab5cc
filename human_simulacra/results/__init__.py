"""Results of a run: its folder, summaries, tables, paired comparisons and usage."""
