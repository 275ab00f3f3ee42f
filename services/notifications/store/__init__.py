"""The only SQL of notifications."""
