"""Import of the paper's release into a data folder."""
