"""The only SQL of identity."""
