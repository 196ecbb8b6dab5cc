"""Questions on a character: the core from its profile, and those on its story."""

from human_simulacra.construction.questions.question_generation import QuestionOptions, QuestionResult, generate_questions

__all__ = ["QuestionOptions", "QuestionResult", "generate_questions"]
