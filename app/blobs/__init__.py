"""Originals, byte for byte, under the SHA-256 of their bytes."""
