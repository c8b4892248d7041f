"""References people read aloud, and secrets nobody can guess."""

import hashlib
import secrets

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # 30 signs; no 0/O, 1/I/L, U


def reference(prefix: str = "HS") -> str:
    """A new reference such as `HS-7K3M-Q9TX`: readable on the phone, 30^8 possibilities (39 bits)."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{prefix}-{signs[:4]}-{signs[4:]}"


def tidy(typed: str) -> str:
    """A reference as stored, from what somebody typed: small letters, spaces and missing dashes are forgiven."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    return f"{signs[:2]}-{signs[2:6]}-{signs[6:]}" if len(signs) == 10 else typed.strip().upper()


def secret() -> str:
    """A secret for a link or token: 192 bits, safe in a URL."""
    return secrets.token_urlsafe(24)


def short_code() -> str:
    """A one-time code a person types from a slip of paper: 8 signs, used once, for minutes."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{signs[:4]}-{signs[4:]}"


def digest(value: str) -> str:
    """What is stored of a secret with at least 39 bits of its own: its SHA-256, in hexadecimal."""
    return hashlib.sha256(value.encode()).hexdigest()
