"""Making, importing and checking characters: the logic behind `tools/`."""
