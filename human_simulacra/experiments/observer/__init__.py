"""The observer report (Xie et al. 2025): judges assess a character's answers to open scenarios."""
