"""The words of the product: English in the code, Bahasa Indonesia in locale/id, nothing left out.

    messages.py missing          sentences without an Indonesian wording, as JSON
    messages.py fill FILE.json   take wordings from JSON {"msgid": "wording"} or {"singular": ["wording"]}
    messages.py check            fail when one is missing, unused, or has other placeholders
    messages.py compile          write the .mo files

Needs no gettext on the machine: Babel reads Python, Django itself turns templates into calls.
"""

import ast
import fcntl
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

SRC = Path(__file__).resolve().parent.parent / "src" / "heterospace"
PO = SRC / "locale" / "id" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")


def template_calls(text: str) -> bytes:
    """The translatable parts of a Django template as one Python call a line."""
    from django.utils.translation.template import templatize

    calls = re.findall(
        r"\b(?:n?p?gettext|_)\((?:u?'(?:[^'\\]|\\.)*'|u?\"(?:[^\"\\]|\\.)*\"|[\s,]|count|\d)*\)",
        templatize(text),
    )
    return "\n".join(calls).encode()


def formatted_calls(source: bytes) -> bytes:
    """The same for calls inside f-strings, which Babel does not look into before Python 3.12."""
    strings = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr)]
    calls = (node for string in strings for node in ast.walk(string) if isinstance(node, ast.Call))
    return "\n".join(ast.unparse(call) for call in calls if getattr(call.func, "id", "") in KEYWORDS).encode()


def found() -> Iterator[tuple[str | tuple[str, str], str | None, str]]:
    """Every message in the code as (msgid or (singular, plural), context, file)."""
    for path in sorted(
        [*SRC.rglob("*.py"), *SRC.rglob("templates/**/*.html"), *SRC.rglob("templates/**/*.txt")]
    ):
        where = path.relative_to(SRC).as_posix()
        if "/migrations/" in where or where.startswith(("static/", "core/assets/")):
            continue
        if path.suffix == ".py":
            source = path.read_bytes()
            source += b"\n" + formatted_calls(source)
        else:
            source = template_calls(path.read_text())
        for _line, message, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
            yield message, context, where


def catalog() -> Catalog:
    """The Indonesian catalogue brought up to the code: new messages empty, unused ones gone."""
    if PO.exists():
        with PO.open("rb") as file:
            old = read_po(file, locale="id")
    else:
        old = Catalog()
    new = Catalog(
        locale="id", project="HeteroSpace", charset="utf-8", header_comment="# HeteroSpace, Bahasa Indonesia"
    )
    new._num_plurals, new._plural_expr = 1, "0"  # Babel does not know that Indonesian has one form
    for message, context, where in found():
        known = old.get(message if isinstance(message, str) else message[0], context)
        wording = known.string if known else ""
        if isinstance(message, tuple):
            wording = wording if isinstance(wording, tuple) else (wording,)
        elif isinstance(wording, tuple):
            wording = wording[0]
        new.add(message, wording, locations=[(where, 0)], context=context)
    return new


def save(words: Catalog) -> None:
    """Write the catalogue, one order for everybody."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, words, sort_output=True, no_location=True, omit_header=False, width=110)
    text = PO.read_text()
    PO.write_text("\n".join(line for line in text.split("\n") if not line.startswith('"POT-Creation')))


def missing(words: Catalog) -> list[str]:
    """The msgids (singulars) without a wording; one with a context is written `context|msgid`."""
    return [
        name(message)
        for message in words
        if message.id and not (message.string[0] if isinstance(message.string, tuple) else message.string)
    ]


def name(message) -> str:
    """How JSON names a message."""
    msgid = message.id[0] if isinstance(message.id, tuple) else message.id
    return f"{message.context}|{msgid}" if message.context else msgid


def misprinted(words: Catalog) -> list[str]:
    """Messages whose wording has other placeholders than the sentence."""
    wrong = []
    for message in words:
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        allowed = {mark for text in ids for mark in PLACEHOLDER.findall(text)}
        needed = set(PLACEHOLDER.findall(ids[-1]))
        for text in strings:
            marks = set(PLACEHOLDER.findall(text or ""))
            if text and message.id and (marks - allowed or needed - marks):
                wrong.append(name(message))
    return wrong


def compile_mo(words: Catalog) -> None:
    """Write the .mo that Django reads; languages share nothing else."""
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, words)


def main(command: str, *arguments: str) -> int:
    """Do one command; 1 when `check` finds something."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    with (SRC.parent.parent / "pyproject.toml").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        words = catalog()
        if command == "missing":
            print(json.dumps(dict.fromkeys(missing(words), ""), ensure_ascii=False, indent=1))
        elif command == "fill":
            told = json.loads(Path(arguments[0]).read_text())
            for message in words:
                wording = told.get(name(message)) if message.id else None
                if wording:
                    text = wording if isinstance(wording, str) else wording[0]
                    message.string = (text,) if isinstance(message.id, tuple) else text
            save(words)
            compile_mo(words)
            print(f"{len(missing(words))} missing, misprinted: {misprinted(words)}")
        elif command == "compile":
            compile_mo(words)
        elif command == "check":
            with PO.open("rb") as file:
                kept = {
                    (m.id if isinstance(m.id, str) else m.id[0], m.context)
                    for m in read_po(file, locale="id")
                }
            wanted = {(m.id if isinstance(m.id, str) else m.id[0], m.context) for m in words}
            problems = {
                "not translated": missing(words),
                "placeholders differ": misprinted(words),
                "no longer in the code": sorted(str(k[0]) for k in kept - wanted if k[0]),
            }
            for title, names in problems.items():
                for one in names:
                    print(f"{title}: {one}")
            return int(any(problems.values()))
        else:
            print(__doc__)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:] or [""]))
