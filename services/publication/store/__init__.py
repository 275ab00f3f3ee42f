"""The only SQL of publication."""
