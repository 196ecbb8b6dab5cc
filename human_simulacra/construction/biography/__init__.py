"""Writing a biography from a profile: facts in sentences, asked for whole or part by part, checked, never left half."""

from human_simulacra.construction.biography.biography_generation import BiographyOptions, BiographyResult, begun, make_biography

__all__ = ["BiographyOptions", "BiographyResult", "begun", "make_biography"]
