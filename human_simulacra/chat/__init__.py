"""Talking to a simulacrum: one conversation engine, a terminal and a web page in front of it."""
