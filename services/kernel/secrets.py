"""Values that are never to be read from a stolen database: sealed with AES-256-GCM."""

import hmac
import os
from hashlib import sha256
from typing import Self

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
VERSION = b"\x01"


class Vault:
    """Seals short texts. A sealed text opens only with its context (the row it belongs to), so it cannot be moved."""

    def __init__(self, key: bytes, index_key: bytes | None = None) -> None:
        self._cipher, self._index_key = AESGCM(key), index_key or key

    @classmethod
    def from_passphrase(cls, secret: str) -> Self:
        """Derive the key from a long random secret, as settings hold it."""
        return cls(_derived(secret, b"vault"), _derived(secret, b"index"))

    def seal(self, text: str, context: str) -> bytes:
        """Seal a text for a context."""
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), context.encode())

    def index(self, text: str, context: str) -> bytes:
        """Give a keyed fingerprint (HMAC-SHA-256) to find a sealed text by: nobody tries numbers without the key."""
        return hmac.digest(self._index_key, f"{context}/{text}".encode(), sha256)

    def open(self, sealed: bytes, context: str) -> str:
        """Open a sealed text. Raises cryptography.exceptions.InvalidTag when key, context or bytes are wrong."""
        nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        return self._cipher.decrypt(nonce, ciphertext, context.encode()).decode()


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())
