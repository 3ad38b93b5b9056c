"""What may happen to a bag, in which order, and who must be there: pure rules, no I/O."""
