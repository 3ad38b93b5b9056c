"""The custody ledger: event bytes, commitments, chains, signed notes and receipts, as pure functions."""
