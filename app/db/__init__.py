"""The only room that knows a database, and the only one that commits."""
