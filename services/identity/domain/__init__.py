"""The rules of persons and authority, pure."""
