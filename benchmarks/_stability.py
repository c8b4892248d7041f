"""How far opinion groups and rankings of shared ground can be trusted, by size of the crowd. Prints a table for docs/opinions.md.

For each conversation: the groups of everybody (k-means, k = 2) are the measure. Then n of its people are drawn 30 times,
grouped anew from their votes alone, and compared (adjusted Rand index: median; 10th percentile), with the silhouette a
reader would have been shown beside it. The ranking of statements by group-informed consensus of the drawn people is
compared with that of everybody (Spearman). Public conversations are used where `../shared/data` has them.

    .venv/bin/python benchmarks/_stability.py
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))
from heterospace.cocreation.opinions import consensus, groups, matrix, projection  # noqa: E402
from heterospace.cocreation.opinions.public_files import read_folder  # noqa: E402

SIZES = (20, 50, 100, 150, 300)
DRAWS = 30


def made_up(people: int, statements: int, apart: float, shares: tuple[float, ...], seed: int) -> matrix.Votes:
    """A crowd of camps with these shares, whose centres lie `apart` from the middle; 60 % of votes given."""
    rng = np.random.default_rng(seed)
    camp = rng.choice(len(shares), size=people, p=shares)
    angles = 2 * np.pi * np.arange(len(shares)) / len(shares)
    centres = apart * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    places = centres[camp] + rng.normal(size=(people, 2))
    leaning = places @ rng.normal(size=(2, statements)) + rng.normal(size=(people, statements))
    values = np.where(leaning > 0.5, 1.0, np.where(leaning < -0.5, -1.0, 0.0))
    values[rng.random(values.shape) > 0.6] = np.nan
    return matrix.Votes(list(range(people)), list(range(statements)), values)


def crowds() -> dict[str, tuple[matrix.Votes, object]]:
    """The conversations by name, with the columns that were taken out."""
    found: dict[str, tuple[matrix.Votes, object]] = {}
    for folder in sorted((ROOT.parent / "shared" / "data").glob("*/votes.csv")):
        conversation = read_folder(folder.parent)
        votes = matrix.table(conversation.votes)
        known = conversation.statements
        out = np.array(
            [key in known and (known[key].is_out or known[key].is_meta) for key in votes.statements]
        )
        found[folder.parent.name] = (votes, out)
    for name, apart, shares in (
        ("made up: one crowd", 0.0, (1.0,)),
        ("made up: two near camps", 0.8, (0.5, 0.5)),
        ("made up: two camps", 1.2, (0.5, 0.5)),
        ("made up: two camps far apart", 2.5, (0.5, 0.5)),
        ("made up: 85 against 15", 2.5, (0.85, 0.15)),
        ("made up: three camps", 2.5, (0.4, 0.35, 0.25)),
    ):
        found[name] = (made_up(400, 50, apart, shares, seed=7), None)
    return found


def ranks(values: np.ndarray) -> np.ndarray:
    """Places from 0, ties in their mean place."""
    order = np.unique(values, return_inverse=True, return_counts=True)
    before = np.cumsum(order[2]) - order[2]
    return (before + (order[2] - 1) / 2)[order[1]]


def informed(votes: matrix.Votes, labels: np.ndarray) -> np.ndarray:
    """Group-informed consensus of labelled people."""
    rows = [np.flatnonzero(labels == group).tolist() for group in np.unique(labels)]
    return consensus.informed(consensus.by_party(votes, rows))


def study(votes: matrix.Votes, out: object) -> list[str]:
    """A cell of the table for each size."""
    rows = matrix.active(votes)
    rng = np.random.default_rng(1)
    crowd = votes.rows(rows)
    labels = groups.k_means(projection.project(crowd, out).people, 2, rng)
    whole = ranks(informed(crowd, labels))
    cells = []
    for n in SIZES:
        if n >= len(rows):
            cells.append("")
            continue
        same, width, rho = [], [], []
        for _draw in range(DRAWS):
            drawn = np.sort(rng.choice(len(rows), n, replace=False))
            some = crowd.rows(drawn)
            places = projection.project(some, out).people
            again = groups.k_means(places, 2, rng)
            same.append(groups.rand_index(labels[drawn], again))
            width.append(groups.silhouette(groups.distances(places), again))
            rho.append(np.corrcoef(whole, ranks(informed(some, again)))[0, 1])
        cells.append(
            f"{np.median(same):.2f}; {np.percentile(same, 10):.2f} ({np.median(width):.2f}; {np.median(rho):.2f})"
        )
    return cells


def verdict(votes: matrix.Votes, out: object) -> str:
    """What the gate says to the whole conversation."""
    found = groups.gate(votes, out)
    if found.groups:
        return (
            f"open: {' / '.join(str(len(group)) for group in found.groups)}, agreement {found.agreement:.2f}"
        )
    told = {
        "too_few_people": f"{found.people} people",
        "small_group": f"smallest {found.smallest} of {found.people}",
        "unstable": f"k = {found.k}, agreement {found.agreement or 0:.2f}",
        "one_crowd": f"k = {found.k}, agreement {found.agreement or 0:.2f}, silhouette {found.width or 0:.2f}, by chance {found.by_chance or 0:.2f}",
    }
    return f"refused: {found.refused} ({told.get(found.refused or '', '')})"


def main() -> None:
    """Print the table."""
    print("| conversation | people × statements | " + " | ".join(f"n = {n}" for n in SIZES) + " | the gate |")
    print("|---" * (len(SIZES) + 3) + "|")
    for name, (votes, out) in crowds().items():
        people, statements = votes.shape
        print(
            f"| {name} | {people} × {statements} | {' | '.join(study(votes, out))} | {verdict(votes, out)} |"
        )


if __name__ == "__main__":
    main()
