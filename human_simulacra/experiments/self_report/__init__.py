"""The self report: cloze and choice questions about a character's life."""
