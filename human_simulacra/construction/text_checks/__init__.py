"""Rule-based checks of generated text: form of a reply, and facts that contradict the profile."""
