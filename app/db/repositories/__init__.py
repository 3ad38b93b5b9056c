"""Reads, room by room."""
