"""Givre: chain of custody for cryogenic cell therapies, from apheresis to infusion."""
