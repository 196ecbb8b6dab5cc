"""What a run found: its folder, figures, tables and usage."""
