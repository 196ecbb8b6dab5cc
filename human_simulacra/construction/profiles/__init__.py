"""Profiles: constraints, pools of attributes, sampling, and the ranking and selection of candidates."""
