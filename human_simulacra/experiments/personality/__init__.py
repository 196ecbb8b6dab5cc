"""The eight-function personality test: do yes/no answers show the assigned order of functions?"""
