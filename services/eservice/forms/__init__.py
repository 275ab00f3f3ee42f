"""Typed text to commands and back."""
