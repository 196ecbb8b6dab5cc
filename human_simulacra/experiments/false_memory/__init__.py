"""The false-memory experiment: unanswerable questions, on which a character should abstain."""
