"""What a custody report says: the whole custody of a bag or of a therapy, for a reader who was not there."""
