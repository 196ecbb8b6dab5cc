"""Reading free-form replies."""
