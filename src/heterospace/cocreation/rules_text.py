"""The rules of a stage, or the text and rules of a decision, as one text whose fingerprint anybody can compute again. Pure."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence


def canonical(*, stage: str, starts_on: dt.date, ends_on: dt.date, influence: str, rules: str) -> str:
    """The rules as JSON: keys sorted, no spaces, UTF-8 as it is, line ends as `\\n`, nothing at the ends."""
    told = {
        "stage": stage,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "influence": influence,
        "rules": _lines(rules),
    }
    return _as_json(told)


def canonical_decision(
    *,
    title: str,
    text: str,
    method: str,
    options: Sequence[str],
    franchise: str,
    quorum: int,
    sector_quorum: Mapping[str, int],
    passes_above: int,
    closes_at: dt.datetime,
) -> str:
    """What is decided and how, as JSON like `canonical`; the moment in UTC to the second."""
    return _as_json(
        {
            "title": title,
            "text": _lines(text),
            "method": method,
            "options": list(options),
            "franchise": franchise,
            "quorum": quorum,
            "sector_quorum": dict(sector_quorum),
            "passes_above": passes_above,
            "closes_at": closes_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _as_json(told: Mapping[str, object]) -> str:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """The SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
