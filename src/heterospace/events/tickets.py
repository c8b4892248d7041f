"""Tickets that prove themselves: signed with the house's private key, checked with the public one, also offline.

A ticket is `HS1.<registration>.<event>.<signature>`: the references without dashes and prefix, and an ECDSA
signature (P-256, SHA-256, RFC 6979, raw r‖s in base64url) over what stands before it. P-256 is what every phone's
own cryptography knows. No secret leaves the server; a phone gets the public key only.
"""

import base64
import functools
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

VERSION = "HS1"
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve P-256 (SEC 2)


@dataclass(frozen=True)
class Ticket:
    """What a ticket says: the references of its registration and of its event."""

    registration: str
    event: str


@functools.cache
def _private_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The house's signing key, derived from its secret key: nothing more to keep, lose or back up."""
    seed = HKDF(hashes.SHA256(), 48, salt=None, info=b"heterospace ticket key 1").derive(secret.encode())
    return ec.derive_private_key(int.from_bytes(seed, "big") % (ORDER - 1) + 1, ec.SECP256R1())


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def sign(text: str) -> str:
    """The signature of `text` (64 bytes, base64url), the same each time."""
    algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    der = _private_key(settings.SECRET_KEY).sign(text.encode(), algorithm)
    r, s = utils.decode_dss_signature(der)
    return _b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))


def is_signed(text: str, signature: str) -> bool:
    """Whether `signature` is the house's for `text`, also by a key it used before."""
    try:
        raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    except ValueError:
        return False
    if len(raw) != 64 or _b64(raw) != signature:
        return False
    der = utils.encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            _private_key(secret).public_key().verify(der, text.encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            continue
        return True
    return False


def public_keys() -> list[str]:
    """The public keys, the present one first, as a phone's WebCrypto imports them (`spki`, base64)."""
    return [public_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def public_key(secret: str = "") -> str:
    """The present public key, or that of a `secret` the house used before."""
    key = _private_key(secret or settings.SECRET_KEY).public_key()
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode()


def ticket_of(registration: str, event: str) -> str:
    """The ticket of a registration (its reference) for an event (its reference)."""
    text = f"{VERSION}.{_short(registration)}.{_short(event)}"
    return f"{text}.{sign(text)}"


def read(ticket: str) -> Ticket | None:
    """What a ticket says, if it is ours and nobody changed it."""
    parts = ticket.strip().split(".")
    if len(parts) != 4 or parts[0] != VERSION or not is_signed(".".join(parts[:3]), parts[3]):
        return None
    return Ticket(_long("RG", parts[1]), _long("EV", parts[2]))


def _short(reference: str) -> str:
    return reference[2:].replace("-", "")


def _long(prefix: str, signs: str) -> str:
    return f"{prefix}-{signs[:4]}-{signs[4:]}"
