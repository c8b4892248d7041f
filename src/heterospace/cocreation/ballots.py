"""A ballot box as bytes: what is in it, sealed so that nobody who reads it learns a ballot, its order or its author. Pure.

A sealed box is `version (1 byte) ‖ size of a ballot (2 bytes) ‖ nonce (12) ‖ AES-256-GCM`. Inside stand the ballots, each
blown up to the same size, in an order drawn anew at every sealing: so the length tells how many there are, never what was
chosen. The key comes from the house's secret key and the number of the box (HKDF, RFC 5869); number and head are
authenticated, so that one box cannot be put in place of another. What this protects against, and what not, stands in
docs/decisions/0015.
"""

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from ..core import codes
from ..events.cells import hidden_of

VERSION = b"\x01"
HEAD, NONCE = 3, 12
ORDINARY, LARGEST = 128, 4096  # bytes of a ballot
CODE = 12  # signs of a receipt we make: 30^12, 58 bits
SHORTEST, LONGEST = 12, 64  # signs of one that a program made
DRAW = secrets.SystemRandom()
T = TypeVar("T")
Ballot = dict[str, Any]  # {"choice": …, "sector": …}


@dataclass(frozen=True)
class Voice:
    """Somebody to be put on a roll: a person under her hat, or an organisation with one voice."""

    person: int | None
    organisation: int | None
    sector: str


class Unreadable(Exception):
    """The bytes are no box of this number sealed with a key the house has or had."""


class TooLarge(Exception):
    """A ballot does not fit into the size that every ballot of its box has."""


def size_for(longest: Any) -> int:
    """The bytes to give every ballot of a box whose longest possible choice is `longest`: a multiple of 64.

    Raises TooLarge above 4,096.
    """
    needed = len(_plain({"choice": longest, "sector": "government "}))
    size = max(ORDINARY, -(-needed // 64) * 64)
    if size > LARGEST:
        raise TooLarge(needed)
    return size


def seal(box: int, ballots: Iterable[Ballot], size: int = ORDINARY) -> bytes:
    """The ballots as the bytes of box number `box`, in a random order. Raises TooLarge."""
    plain = [_plain(one) for one in mixed(ballots)]
    if any(len(one) > size for one in plain):
        raise TooLarge(max(map(len, plain)))
    head = VERSION + size.to_bytes(2, "big")
    nonce = secrets.token_bytes(NONCE)
    body = b"".join(one.ljust(size) for one in plain)
    return head + nonce + AESGCM(_key(settings.SECRET_KEY, box)).encrypt(nonce, body, _label(box, head))


def unseal(box: int, sealed: bytes | memoryview) -> tuple[list[Ballot], int]:
    """The ballots of box number `box` and the size each is given, also when sealed under a key the house used before.

    Raises Unreadable.
    """
    sealed = bytes(sealed)
    head, nonce, body = sealed[:HEAD], sealed[HEAD : HEAD + NONCE], sealed[HEAD + NONCE :]
    if head[:1] != VERSION or len(nonce) != NONCE:
        raise Unreadable(box)
    size = int.from_bytes(head[1:], "big")
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            plain = AESGCM(_key(secret, box)).decrypt(nonce, body, _label(box, head))
        except InvalidTag:
            continue
        return [json.loads(plain[at : at + size]) for at in range(0, len(plain), size)], size
    raise Unreadable(box)


def _key(secret: str, box: int) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt=None, info=f"heterospace ballot box {box} 1".encode()).derive(
        secret.encode()
    )


def _label(box: int, head: bytes) -> bytes:
    return f"box {box} ".encode() + head


def _plain(ballot: Ballot) -> bytes:
    return json.dumps(ballot, separators=(",", ":"), sort_keys=True).encode()


def mixed(things: Iterable[T]) -> list[T]:
    """The things in an order drawn by the system's own randomness."""
    drawn = list(things)
    DRAW.shuffle(drawn)
    return drawn


def laid_out(ballots: Iterable[Ballot], voters: Mapping[str, int]) -> list[Ballot]:
    """The ballots as they are laid on the table: in random order, their sector blank where it could point at somebody.

    `voters` says how many of each sector voted, which the roll shows. Blank become the sectors of one to four voters, and
    as many more as it takes that what is blank comes from two sectors at least with five ballots in it; ballots cast in
    one's own name (sector "") are such a part too.
    """
    gone = hidden_of(voters)
    return mixed(
        {"choice": one["choice"], "sector": "" if one["sector"] in gone else one["sector"]} for one in ballots
    )


def sectors_of(ballots: Iterable[Ballot]) -> dict[str, int]:
    """How many ballots each sector cast."""
    return dict(Counter(one["sector"] for one in ballots))


def new_receipt() -> str:
    """A receipt to be kept by a voter, made before she casts: `7K3M-Q9TX-4RWD`."""
    signs = "".join(DRAW.choice(codes.ALPHABET) for _ in range(CODE))
    return "-".join(signs[at : at + 4] for at in range(0, CODE, 4))


def tidy(receipt: str) -> str:
    """A receipt as it is compared: small letters, spaces and dashes are forgiven."""
    return "".join(sign for sign in receipt.upper() if sign.isascii() and sign.isalnum())


def is_receipt(receipt: str) -> bool:
    """Whether this can be a receipt: 12 to 64 letters and digits."""
    return SHORTEST <= len(tidy(receipt)) <= LONGEST


def digest_of(box: int, receipt: str) -> str:
    """What a box keeps of a receipt: the SHA-256 of the number of the box and the tidied receipt."""
    return codes.digest(f"{box}:{tidy(receipt)}")


__all__ = [
    "ORDINARY",
    "TooLarge",
    "Unreadable",
    "Voice",
    "digest_of",
    "is_receipt",
    "laid_out",
    "mixed",
    "new_receipt",
    "seal",
    "sectors_of",
    "size_for",
    "tidy",
    "unseal",
]
