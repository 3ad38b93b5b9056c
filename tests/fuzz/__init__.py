"""Long random searches, run by hand: what they need to find is kept as an ordinary test."""
