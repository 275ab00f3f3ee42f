"""The public view: the history of every public entity, and the daily snapshots made from it."""
