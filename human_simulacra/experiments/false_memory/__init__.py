"""Unanswerable questions: does a character invent memories instead of saying that it does not know?"""
