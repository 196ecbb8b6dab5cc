"""Parsing free-form replies: choices, cloze answers, yes or no, and stance (states, hedges or abstains)."""
