"""The figures of seeded crowds beside those of red-dwarf, which `make test-all` installs."""

import numpy as np
import pytest

from heterospace.cocreation.opinions import consensus, matrix, projection
from tests.cocreation.crowds import crowd

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.filterwarnings("ignore")
def test_red_dwarf_computes_the_same(seed):
    polis = pytest.importorskip("reddwarf.implementations.polis", reason="red-dwarf comes with make test-all")
    rng = np.random.default_rng(seed)
    votes = crowd(
        int(rng.integers(20, 90)),
        int(rng.integers(9, 40)),
        seed=seed,
        camps=int(rng.integers(1, 4)),
        apart=1.2,
        seen=rng.uniform(0.4, 0.95),
    )
    out = np.array([column % 7 == 3 for column in votes.statements])
    taken_out = [column for column in votes.statements if out[column]]
    told = [
        {"participant_id": row, "statement_id": column, "vote": int(votes.values[row, column]), "modified": 0}
        for row, column in zip(*np.nonzero(~np.isnan(votes.values)), strict=True)
    ]
    theirs = polis.run_pipeline(votes=told, mod_out_statement_ids=taken_out, random_state=0)
    table = theirs.statements_df
    ours = projection.project(votes, out)
    for place, name in enumerate(("pc1", "pc2")):
        axis = table[name].to_numpy()
        turned = axis * np.sign(axis[np.abs(axis).argmax()])
        assert np.allclose(ours.axes[place], turned, atol=1e-9)
    assert np.allclose(ours.centre, table["mean"].to_numpy(), atol=1e-9)
    assert np.allclose(ours.extremity, table["extremity"].to_numpy(), atol=1e-9)
    active = matrix.active(votes)
    priority = projection.priority(matrix.count(votes.values[active]), ours.extremity)
    assert np.allclose(priority, table["priority"].to_numpy().astype(float), atol=1e-9)
    labels = theirs.clusterer.labels_
    rows = [active[labels == group].tolist() for group in sorted(set(labels))]
    counted = consensus.by_party(votes, rows)
    assert np.allclose(
        consensus.informed(counted), table["group-aware-consensus-agree"].to_numpy(), atol=1e-9
    )
    for group, told_of in theirs.repness.items():
        others = matrix.count(
            votes.values[[row for n, them in enumerate(rows) if n != group for row in them]]
        )
        mine = consensus.typical(counted[group], others, skip=frozenset(taken_out))
        if not told_of:  # it says nothing of a group without an agreement of its own
            assert not any(one.agrees for one in mine)
            continue
        assert [(one.column, "agree" if one.agrees else "disagree") for one in mine] == [
            (one["tid"], one["repful-for"]) for one in told_of
        ]
