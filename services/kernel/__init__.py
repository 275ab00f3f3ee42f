"""How the services work: no word of the field in here, and nothing of theirs imported."""
