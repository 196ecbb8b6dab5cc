"""What a long command shows while it works: a live view at a terminal, plain lines elsewhere."""
