"""What the public view is, pure."""
