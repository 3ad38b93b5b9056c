"""Small things every room may use; nothing here knows about cells."""
