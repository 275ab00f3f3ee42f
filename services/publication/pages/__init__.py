"""The public site: search, school units, organizers, places, what changed, downloads. Works without scripts."""
