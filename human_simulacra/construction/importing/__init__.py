"""Import of the data that the paper's authors released, and of characters in other forms."""
