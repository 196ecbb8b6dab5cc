"""Growth: the same questions on attitudes at several ages of a life."""
