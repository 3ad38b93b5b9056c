"""Dewars, towers, racks, boxes and positions; one bag per position."""
