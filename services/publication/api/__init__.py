"""The open API, a wire contract a file."""
