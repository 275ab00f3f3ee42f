"""A small typed client of an open register of school units (API v3)."""

from skolregister.client import Client, ProblemError

__version__ = "3.0.0"
__all__ = ["Client", "ProblemError", "__version__"]
