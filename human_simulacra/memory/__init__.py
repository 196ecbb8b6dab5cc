"""Long-term memory: chunks of a story, memories made from them, indexes over both, and retrieval."""
