"""Values sealed at rest: AES-256-GCM, bound to where they belong so that a copied row cannot be read elsewhere."""

import base64
import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32


class Vault:
    """Seals and opens text with one key (32 bytes, base64)."""

    def __init__(self, key: str) -> None:
        raw = base64.b64decode(key, validate=True)
        if len(raw) != KEY_BYTES:
            raise ValueError("the key must be 32 bytes, in base64")
        self._cipher = AESGCM(raw)

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt; `context` names the row and field and must be given again to open."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text.encode(), context.encode())

    def open(self, sealed: bytes, context: str) -> str:
        """Decrypt. Raises cryptography.exceptions.InvalidTag for another key, context or altered bytes."""
        return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context.encode()).decode()


def new_key() -> str:
    """A new random key, in base64."""
    return base64.b64encode(os.urandom(KEY_BYTES)).decode()
