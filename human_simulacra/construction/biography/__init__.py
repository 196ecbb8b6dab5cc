"""Writing a biography from a profile: facts in sentences, asked for whole or part by part, checked, never left half."""

from human_simulacra.construction.biography.biography_generation import (
    BiographyOptions,
    BiographyResult,
    generate_biography,
    has_begun,
)

__all__ = ["BiographyOptions", "BiographyResult", "generate_biography", "has_begun"]
