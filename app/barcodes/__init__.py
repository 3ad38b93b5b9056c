"""The text of a symbol, seen, scanned or typed, becomes what it names, or the reason why it names nothing."""
