"""What a reader asks for by the header `Accept` (RFC 9110, section 12.5.1)."""

import re

QUALITY = re.compile(r"q=([01](?:\.[0-9]{0,3})?)")


def qualities(accept: str) -> dict[str, float]:
    """How much each media type that is named is wanted: 0 (not at all) to 1."""
    best = dict[str, float]()
    for part in accept.lower().split(","):
        kind, _, parameters = (word.strip() for word in part.partition(";"))
        found = QUALITY.search(parameters)
        best[kind] = max(best.get(kind, 0.0), float(found[1]) if found else 1.0)
    return best
