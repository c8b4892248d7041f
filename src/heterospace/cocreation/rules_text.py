"""The rules of a stage as one text whose fingerprint anybody can compute again. Pure."""

import datetime as dt
import hashlib
import json


def canonical(*, stage: str, starts_on: dt.date, ends_on: dt.date, influence: str, rules: str) -> str:
    """The rules as JSON: keys sorted, no spaces, UTF-8 as it is, line ends as `\\n`, nothing at the ends."""
    told = {
        "stage": stage,
        "starts_on": starts_on.isoformat(),
        "ends_on": ends_on.isoformat(),
        "influence": influence,
        "rules": "\n".join(rules.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")),
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(text: str) -> str:
    """The SHA-256 of a canonical text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
