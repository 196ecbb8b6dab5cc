"""Long-term memory: chunks of the life story, embeddings, retrieval indexes, and search over passages."""
