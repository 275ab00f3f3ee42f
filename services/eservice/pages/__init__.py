"""A task a file."""
