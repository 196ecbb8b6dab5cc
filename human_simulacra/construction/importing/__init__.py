"""Import of the data that the paper's authors released."""
