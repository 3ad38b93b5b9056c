"""Drawing labels and reading pictures of them: pure rules, nothing leaves this room before it was read back."""
