"""The replaying cosigner: it reads every entry of a log itself, and signs only what it has replayed."""
