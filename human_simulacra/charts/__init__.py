"""SVG elements and plots shared by all sections of the report."""
