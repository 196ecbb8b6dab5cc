"""Evaluation as pure functions: reading answers, scoring them, and statistics over scores."""
