"""Questions on a character: the core from its profile, and those on its story."""

from human_simulacra.construction.questions.question_generation import Generated, Options, generate

__all__ = ["Generated", "Options", "generate"]
