"""Asch's conformity experiment: do characters follow a majority that is wrong?"""
