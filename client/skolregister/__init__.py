"""A small typed client of an open register of school units (API v3)."""

from skolregister.client import Client, ProblemError

__all__ = ["Client", "ProblemError"]
