"""Page furniture: what is known by its wording, and where to look for it."""
