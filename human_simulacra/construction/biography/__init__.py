"""Biography generation: text that states every fact of a profile and contradicts none."""

from human_simulacra.construction.biography.biography_generation import (
    BiographyOptions,
    BiographyResult,
    generate_biography,
    has_begun,
)

__all__ = ["BiographyOptions", "BiographyResult", "generate_biography", "has_begun"]
