"""What the e-service keeps sealed, in its own rows and in the browser's cookies."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from cryptography.exceptions import InvalidTag

from services.kernel.secrets import Vault

log = structlog.get_logger(__name__)


class Sealed:
    """Seals small JSON objects, each for one row of one kind, so that none can be moved to another."""

    def __init__(self, secret: str) -> None:
        self._vault = Vault.from_passphrase(secret)

    def seal(self, kept: Mapping[str, Any], kind: str, row: str) -> bytes:
        """Seal for a row."""
        return self._vault.seal(orjson.dumps(kept).decode(), f"{kind}/{row}")

    def open(self, sealed: bytes | None, kind: str, row: str) -> dict[str, Any] | None:
        """What was sealed for this row; None when it is altered, from another row, or sealed with another secret."""
        if sealed is None:
            return None
        try:
            kept: dict[str, Any] = orjson.loads(self._vault.open(sealed, f"{kind}/{row}"))
        except (InvalidTag, ValueError):
            log.warning("sealed-refused", kept=kind)
            return None
        return kept


def hashed(secret: str) -> bytes:
    """What a row is known by: the cookie's own secret stands nowhere."""
    return hashlib.sha256(secret.encode()).digest()
