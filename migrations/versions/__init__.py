"""Schema history, one migration a deploy step."""
