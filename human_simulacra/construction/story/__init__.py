"""Life story generation: score the paragraphs, draw one, expand it in place, repeat.

Source: "Human Simulacra" (arXiv 2402.18180), "Life story construction".
"""

from human_simulacra.construction.story.story_generation import StoryResult, generate_story
from human_simulacra.construction.story.story_options import StoryOptions

__all__ = ["StoryOptions", "StoryResult", "generate_story"]
