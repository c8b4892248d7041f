"""Everything a dialogue's pages show, computed from its votes at one moment, as JSON. Nothing in it tells a single vote.

A sector with fewer than five votes on a statement was not heard on it: its numbers are neither shown nor can they be
found by subtracting. The votes of all others together (sectors not heard, people without a sector, browsers, paper)
are counted in a statement's numbers only where they are five or more; `held_back` says that some are not.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np

from . import consensus, dividing, groups, matrix, projection
from .consensus import HEARD
from .matrix import Counts

SHARED = 0.6  # geometric mean of the heard sectors' shares from which all of them agree
MOST = 6


def summarise(
    votes: Iterable[tuple[Hashable, int, int]],
    *,
    sector_of: Mapping[Hashable, str],
    shown: Iterable[int],
    meta: Iterable[int] = (),
) -> tuple[dict[str, Any], dict[int, float]]:
    """The figures of the statements that are `shown`, and the priority of every statement that has votes.

    `votes` are (voter, number of the statement, value); statements not shown move nobody and are not told.
    """
    table = matrix.table(votes)
    visible = set(shown)
    is_meta = np.array([one in set(meta) for one in table.statements], dtype=bool)
    is_out = np.array([one not in visible for one in table.statements], dtype=bool)
    placed = projection.project(table, is_out | is_meta)
    everybody = matrix.count(table.values)
    priority = projection.priority(everybody, placed.extremity, is_meta)
    across = consensus.across_sectors(table, sector_of)
    told, held_back = _tellable(everybody, across)
    columns = [n for n in range(len(table.statements)) if not is_out[n] and told.seen[n] > 0]
    figures: dict[str, Any] = {
        "statements": [_statement(n, table, told, held_back, across) for n in columns],
        "heard": [one for n, one in enumerate(across.sectors) if across.heard[n][columns].any()],
        **_lists(table, told, across, [n for n in columns if not is_meta[n]]),
        **_groups(table, is_out | is_meta, told),
    }
    return figures, {int(str(one)): float(priority[n]) for n, one in enumerate(table.statements)}


def _tellable(everybody: Counts, across: consensus.SectorConsensus) -> tuple[Counts, np.ndarray[Any, Any]]:
    """The counts without votes that could be found by subtracting the heard sectors, and where such were held back."""
    parts = []
    rest_seen = everybody.seen - sum(
        (np.where(across.heard[n], one.seen, 0) for n, one in enumerate(across.counts)),
        np.zeros_like(everybody.seen),
    )
    held_back = (rest_seen > 0) & (rest_seen < HEARD)
    for name in ("agree", "disagree", "passed"):
        heard = sum(
            (np.where(across.heard[n], getattr(one, name), 0) for n, one in enumerate(across.counts)),
            np.zeros_like(everybody.seen),
        )
        parts.append(np.where(held_back, heard, getattr(everybody, name)))
    return Counts(*parts), held_back


def _statement(
    n: int, table: matrix.Votes, told: Counts, held_back: Any, across: consensus.SectorConsensus
) -> dict[str, Any]:
    k = int(across.k[n])
    return {
        "number": table.statements[n],
        "agree": int(told.agree[n]),
        "disagree": int(told.disagree[n]),
        "pass": int(told.passed[n]),
        "seen": int(told.seen[n]),
        "held_back": bool(held_back[n]),
        "k": k,
        "mean": round(float(across.mean[n]), 6) if k else None,
        "product": round(float(across.product[n]), 9) if k else None,
        "mean_disagree": round(float(across.mean_disagree[n]), 6) if k else None,
        "sectors": {
            sector: [int(one.agree[n]), int(one.disagree[n]), int(one.passed[n])]
            for place, (sector, one) in enumerate(zip(across.sectors, across.counts, strict=True))
            if across.heard[place][n]
        },
    }


def _lists(
    table: matrix.Votes, told: Counts, across: consensus.SectorConsensus, columns: list[int]
) -> dict[str, Any]:
    """What all heard sectors agree on or reject (at least two of them), and what divides."""

    def ranked(means: Any) -> list[Any]:
        found = [n for n in columns if across.k[n] >= 2 and means[n] >= SHARED]
        return [table.statements[n] for n in sorted(found, key=lambda n: (-means[n], -across.k[n]))[:MOST]]

    inside = set(columns)
    gaps = [
        gap for gap in dividing.between_sectors(across, most=len(table.statements)) if gap.column in inside
    ]
    splits = [n for n in dividing.through_everybody(told, most=len(table.statements)) if n in inside]
    return {
        "shared": ranked(across.mean),
        "rejected": ranked(across.mean_disagree),
        "gaps": [
            {
                "number": table.statements[gap.column],
                "most": gap.most,
                "least": gap.least,
                "share_most": round(gap.share_most, 4),
                "share_least": round(gap.share_least, 4),
            }
            for gap in gaps[:MOST]
        ],
        "splits": [table.statements[n] for n in splits[:MOST]],
    }


def _groups(table: matrix.Votes, out: Any, told: Counts) -> dict[str, Any]:
    found = groups.gate(table, out)
    facts = {
        "refused": found.refused,
        "people": found.people,
        "k": found.k,
        "smallest": found.smallest,
        "agreement": None if found.agreement is None else round(found.agreement, 3),
    }
    if found.groups is None:
        return {"groups": None, "gate": facts}
    counted = consensus.by_party(table, found.groups)
    skip = frozenset(int(n) for n in np.flatnonzero(out | (told.seen == 0)))
    listed = []
    for place, rows in enumerate(found.groups):
        others = matrix.count(
            table.values[[row for n, them in enumerate(found.groups) if n != place for row in them]]
        )
        mine = counted[place]
        listed.append(
            {
                "people": len(rows),
                "typical": [
                    {
                        "number": table.statements[one.column],
                        "agrees": one.agrees,
                        "n": int((mine.agree if one.agrees else mine.disagree)[one.column]),
                        "seen": int(mine.seen[one.column]),
                    }
                    for one in consensus.typical(mine, others, skip=skip)
                    if mine.seen[one.column] >= HEARD
                ],
            }
        )
    return {"groups": listed, "gate": facts}
