"""Conversations with a character: the conversation engine, the terminal chat and the web page."""
