"""A local web page on which people grade answers blindly, the store of their grades, and agreement statistics."""
