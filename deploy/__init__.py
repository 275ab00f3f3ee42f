"""What brings the system up: natively, and from images."""
