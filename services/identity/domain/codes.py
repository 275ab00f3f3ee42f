"""Secrets that people carry: the activation code of a letter, and the token of a link in a mail.

We keep hashes only. Both have so many random bits (80, 256) that a plain SHA-256 cannot be turned back by trying.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from services.contracts.vocabulary import NotACodeError

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: I, L, O and U are left out, as they are misread or make words."""

ABSENT = "ILOU"
CODE_BYTES, TOKEN_BYTES = 10, 32
CODE_LENGTH, GROUP = 16, 4
MISREAD = str.maketrans("OIL", "011")
BETWEEN = re.compile(r"[\s\u00ad\u200b\u2010-\u2015\u2212-]")
"""What people put between groups: spaces, hyphens and dashes, also those that word processors make of them."""


def new_code(random: bytes) -> str:
    """Make an activation code of ten random bytes: 16 characters in groups of four, as it stands in the letter."""
    if len(random) != CODE_BYTES:
        raise ValueError(f"{CODE_BYTES} random bytes are needed")
    number = int.from_bytes(random)
    return grouped("".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(CODE_LENGTH))))


def grouped(code: str) -> str:
    """A code in groups of four, with hyphens between."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def normalised(typed: str) -> str:
    """The 16 characters that somebody meant: case, spaces and hyphens are free, O is 0, I and L are 1.

    Raises NotACodeError, which does not repeat what was typed.
    """
    code = BETWEEN.sub("", typed).upper().translate(MISREAD)
    if len(code) != CODE_LENGTH or not set(code) <= set(ALPHABET):
        raise NotACodeError("not an activation code")
    return code


def code_hash(typed: str, letter_id: UUID) -> bytes:
    """What is kept of a letter's code: SHA-256 of the letter's id and the normalised code. Raises NotACodeError."""
    return sha256(letter_id.bytes + normalised(typed).encode("ascii")).digest()


def is_code_of(typed: str, letter_id: UUID, kept: bytes) -> bool:
    """Whether what was typed is the code of this letter. The time it takes does not tell how near it was."""
    try:
        return hmac.compare_digest(code_hash(typed, letter_id), kept)
    except NotACodeError:
        return False


def new_link_token(random: bytes) -> str:
    """Make the token of a link of 32 random bytes: 43 characters that an address can hold."""
    if len(random) != TOKEN_BYTES:
        raise ValueError(f"{TOKEN_BYTES} random bytes are needed")
    return urlsafe_b64encode(random).rstrip(b"=").decode("ascii")


def link_token_hash(token: str) -> bytes:
    """What is kept of a link's token, and what it is found by: its SHA-256. Any text has one."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()
