"""Interrogation: linked questions on a theme, which come back in other words: does the account hold together?"""
