"""Biography generation: text that states every fact of a profile and contradicts none, in dated sentences."""

from human_simulacra.construction.biography.biography_generation import BiographyOptions, generate_biography, has_begun

__all__ = ["BiographyOptions", "generate_biography", "has_begun"]
