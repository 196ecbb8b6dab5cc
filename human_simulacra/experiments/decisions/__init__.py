"""Decisions: moments of a life, put to a character that knows its life up to there."""
