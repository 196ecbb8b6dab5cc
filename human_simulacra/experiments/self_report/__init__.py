"""The self report (Xie et al. 2025): cloze and choice questions about a character's life."""
