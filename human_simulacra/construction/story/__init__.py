"""Growing a life story out of a biography: score, draw, expand in place, repeat; reviewed, checked, resumable.

Paper: Xie et al. 2024, "Life story construction". Each file here is one of these steps.
"""

from human_simulacra.construction.story.story_generation import StoryResult, generate_story
from human_simulacra.construction.story.story_options import StoryOptions

__all__ = ["StoryOptions", "StoryResult", "generate_story"]
