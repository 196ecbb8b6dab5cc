"""Long-term memories built from the chunks of a story."""
