"""`heterospace dialogue FOLDER`: the figures of a conversation published as CSV files, without a database."""

import argparse
import json
import sys
from pathlib import Path
from textwrap import shorten
from typing import Any

from .public_files import Broken, Conversation, read_folder

REASONS = {
    "too_few_people": "Only {people} people gave enough votes to be grouped; below {least} opinion groups are chance.",
    "no_axes": "Everybody says the same: there are no groups.",
    "small_group": "The smallest of {k} groups has {smallest} of {people} people: under 10 % or 5 it is no group.",
    "unstable": "The groups fall apart when the crowd is drawn anew: agreement {agreement:.2f}, at least 0.80 is needed.",
    "one_crowd": "The answers form one crowd: a crowd without groups could be cut as clearly "
    "(silhouette {width:.2f}, by chance up to {by_chance:.2f}).",
    "no_published_groups": "participants-votes.csv names no groups.",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options of the command."""
    parser.add_argument("folder", type=Path, help="with votes.csv, comments.csv and participants-votes.csv")
    parser.add_argument(
        "--groups",
        choices=("published", "gate"),
        default="gate",
        help="the groups of participants-votes.csv, or our own behind the stability gate (default)",
    )
    parser.add_argument("--format", choices=("table", "json"), default="table")


def run(options: argparse.Namespace) -> int:
    """Compute and print; 0, or 2 with a sentence on stderr when the folder is no conversation."""
    try:
        conversation = read_folder(options.folder)
        if not conversation.votes:
            raise Broken("votes.csv holds no votes.")
        found = figures(conversation, options.groups)
    except Broken as broken:
        print(f"heterospace dialogue: {broken}", file=sys.stderr)
        return 2
    if options.format == "json":
        print(json.dumps(found, ensure_ascii=False, allow_nan=False))
    else:
        show(found, conversation, options.folder.name)
    return 0


def figures(conversation: Conversation, source: str) -> dict[str, Any]:
    """What is printed: the columns are the statements somebody voted on, the rows everybody who voted.

    Means, loadings and extremity come from all of them, with what was moderated out or is meta set to zero; counts are
    the votes themselves; `priority` counts the votes of people with at least 7 votes, as published tools do;
    group-informed consensus counts the votes of the groups' members, zeroing nothing.
    """
    import numpy as np

    from . import consensus, matrix, projection

    votes = matrix.table(conversation.votes)
    known = conversation.statements
    is_meta = np.array([known[one].is_meta if one in known else False for one in votes.statements])
    is_out = np.array([known[one].is_out if one in known else False for one in votes.statements])
    placed = projection.project(votes, is_out | is_meta)
    all_votes = matrix.count(votes.values)
    by_the_active = matrix.count(votes.values[matrix.active(votes)])
    priority = projection.priority(by_the_active, placed.extremity, is_meta)
    rows, refused, code = _grouped(conversation, votes, is_out | is_meta, source)
    informed = consensus.informed(consensus.by_party(votes, rows)) if rows else None
    return {
        "participants": len(votes.people),
        "statements": [
            {
                "id": one,
                "agree": int(all_votes.agree[n]),
                "disagree": int(all_votes.disagree[n]),
                "pass": int(all_votes.passed[n]),
                "seen": int(all_votes.seen[n]),
                "mean": float(placed.centre[n]),
                "loadings": [float(axis[n]) for axis in placed.axes],
                "extremity": float(placed.extremity[n]),
                "priority": float(priority[n]),
                "group_informed_consensus": float(informed[n]) if informed is not None else None,
            }
            for n, one in enumerate(votes.statements)
        ],
        "groups": [[votes.people[row] for row in group] for group in rows] if rows else None,
        "refused": refused,
        "refused_code": code,
        "statements_without_votes": sorted(set(known) - set(votes.statements), key=matrix.natural),
    }


def _grouped(
    conversation: Conversation, votes: Any, out: Any, source: str
) -> tuple[list[list[int]], str | None, str | None]:
    from . import groups

    if source == "published":
        at = {person: n for n, person in enumerate(votes.people)}
        members = [sorted({at[one] for one in group if one in at}) for group in conversation.groups]
        rows = [group for group in members if group]
        code = None if rows else "no_published_groups"
        return rows, REASONS[code] if code else None, code
    found = groups.gate(votes, out)
    if found.groups is not None:
        return found.groups, None, None
    code = found.refused or ""
    facts = {**vars(found), "least": groups.LEAST_PEOPLE}
    return [], REASONS[code].format(**facts), code


def show(found: dict[str, Any], conversation: Conversation, title: str) -> None:
    """The same as a table for people."""
    from rich.console import Console
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else 120)
    table = Table(
        title=title, caption=f"{found['participants']} people, {len(found['statements'])} statements"
    )
    for heading in ("id", "yes", "no", "pass", "mean", "extr.", "prio.", "GIC"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("statement", no_wrap=True)
    order = sorted(found["statements"], key=lambda row: -(row["group_informed_consensus"] or row["mean"]))
    for row in order:
        said = conversation.statements.get(row["id"])
        agreed = row["group_informed_consensus"]
        table.add_row(
            str(row["id"]),
            *(str(row[name]) for name in ("agree", "disagree", "pass")),
            *(f"{row[name]:.2f}" for name in ("mean", "extremity", "priority")),
            "" if agreed is None else f"{agreed:.3f}",
            shorten(said.text, 64, placeholder="…") if said else "",
        )
    console.print(table, markup=False)
    if found["groups"]:
        sizes = ", ".join(str(len(group)) for group in found["groups"])
        console.print(f"Groups of {sizes} people.", markup=False)
    else:
        console.print(f"No groups are shown. {found['refused']}", markup=False)
