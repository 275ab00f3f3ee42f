"""The services that the pages ask, a client each."""
