"""Question generation: core questions from the profile, items on the story tested by readers, and unanswerable questions."""

from human_simulacra.construction.questions.question_generation import QuestionResult, generate_questions
from human_simulacra.construction.questions.story_items import QuestionOptions

__all__ = ["QuestionOptions", "QuestionResult", "generate_questions"]
