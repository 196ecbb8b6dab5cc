"""Open details: questions on what the texts do not say, on which a reply is wrong only if it contradicts the life."""
