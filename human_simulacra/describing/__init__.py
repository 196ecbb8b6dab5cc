"""Descriptions of a data folder, derived from its content: card tables, Croissant file and chart."""
