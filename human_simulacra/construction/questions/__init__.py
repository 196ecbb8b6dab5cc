"""Question generation: core questions from the profile, questions on the story, and unanswerable questions."""

from human_simulacra.construction.questions.question_generation import QuestionOptions, QuestionResult, generate_questions

__all__ = ["QuestionOptions", "QuestionResult", "generate_questions"]
