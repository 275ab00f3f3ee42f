"""Snapshots: built beside the current one, and switched to in one step."""
