"""The eight-function personality test (Xie et al. 2025): do yes/no answers show the assigned order of functions?"""
