"""What requests and answers look like: strict in, complete out."""
