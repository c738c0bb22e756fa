"""The matcher: which rows of two files are likely one person. It proposes; a human decides.

Candidates come from shared keys (`blocking`), a pair's evidence from comparing name, date of birth and number
(`evidence`), its weight from how chance and true pairs show such evidence (`model`), less what rivals take
(`rivals`). What may be called *same* is settled by `onboarding.identity`, never by a score alone.
"""

from collections.abc import Callable, Sequence

from onboarding.matching.blocking import candidates
from onboarding.matching.model import fit, learn
from onboarding.matching.proposals import LOWEST_SCORE, Proposal, propose
from onboarding.matching.reading import read_records
from onboarding.matching.records import Record, frequencies, plain
from onboarding.matching.rivals import Weighed, settle

__all__ = ["LOWEST_SCORE", "Proposal", "Record", "match", "read_records"]

_STEP = 1_000  # pairs between two words about progress


def match(
    left: Sequence[Record], right: Sequence[Record], progress: Callable[[int, int], None] = lambda done, total: None
) -> list[Proposal]:
    """Pairs of `left` and `right` that may be one person, best first; each id in one SAME at most.

    The same files give the same answer. `progress(done, total)` counts candidate pairs.
    """
    if not left or not right:
        return []
    ours, theirs = [plain(row) for row in left], [plain(row) for row in right]
    model = learn(ours, theirs, frequencies(ours), frequencies(theirs))
    pairs = candidates(ours, theirs)
    shown = []
    for done, (i, j) in enumerate(pairs):
        if done % _STEP == 0:
            progress(done, len(pairs))
        shown.append(model.evidence(ours[i], theirs[j]))
    fit(model, shown)
    progress(len(pairs), len(pairs))
    weighed = [Weighed(i, j, model.weight(one)) for (i, j), one in zip(pairs, shown, strict=True)]
    return propose(settle(weighed), left, right)
