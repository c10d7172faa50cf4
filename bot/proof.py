"""What a phrasing would do to the other questions: proved by asking them all again, before it is added."""

import hashlib
import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from bot.conversation import Understanding, subject
from bot.knowledge import Knowledge
from bot.matching import FUNCTION_WORDS, Cutoffs, Ranker, Recogniser
from bot.matching.arrays import Floats
from bot.rereading import First, Read, look_over, rank_all, read_all
from bot.text import comparable, without_preamble, words

# A refit moves every confidence a little; what passes a cutoff by less than this is as it was. With 8 phrasings 99 in
# 100 of 5,200 texts moved by less than 0.01, and an ask at 0.600 was "broken" by four of them, all about other matters.
DRIFT = 0.02
# A text this far from either end, and this unlike the phrasing, is not ranked again.
FAR, SAFE = 0.1, 0.9  # confidence
UNLIKE = 0.4  # cosine of whole texts
# When a phrasing belongs to another entry. Chosen on the 1,690 asks that have an answer, each put to its own entry and
# to another: of those put to any other entry 99 in 100 are refused, and 85 of those put to the one that comes next; of
# those put to their own 96 in 100 pass, and 9 in 10 of those that found nothing before, as most in the queue did.
NEAREST = 3  # phrasings of an entry that say how near it is
MARGIN = 0.15  # by which another entry may be nearer, in cosine
CLEAR = 0.7  # the confidence from which on any margin is too much where another entry answers now


@dataclass(frozen=True)
class Change:
    """A text that would fare otherwise. None stands for no answer."""

    text: str
    before: str | None  # the id of the entry that it finds now, or should find
    after: str | None


@dataclass(frozen=True)
class Proof:
    """What a phrasing does, each text once."""

    entry: str
    phrasing: str
    fixes: tuple[Change, ...] = ()
    breaks: tuple[Change, ...] = ()

    @property
    def is_harmless(self) -> bool:
        return not self.breaks

    @property
    def taken(self) -> Mapping[str | None, tuple[Change, ...]]:
        """What breaks by the entry that loses it; under None, what should find nothing and would be answered."""
        losers = dict.fromkeys(change.before for change in self.breaks)
        return {loser: tuple(change for change in self.breaks if change.before == loser) for loser in losers}

    def as_content(self) -> dict[str, Any]:
        """As it is kept, for JSON; `Proof.read` takes it up again."""
        return {
            name: [[one.text, one.before, one.after] for one in changes]
            for name, changes in (("fixes", self.fixes), ("breaks", self.breaks))
        }

    @classmethod
    def read(cls, entry: str, phrasing: str, content: Mapping[str, Any]) -> "Proof":
        fixes, breaks = (tuple(Change(*one) for one in content[name]) for name in ("fixes", "breaks"))
        return cls(entry, phrasing, fixes, breaks)


@dataclass
class _Present:
    """How texts fare under one fitted matcher, kept while it is in use."""

    looked_over: dict[str, Read] = field(default_factory=dict)
    firsts: dict[str, First] = field(default_factory=dict)  # of each text ranked
    reads: dict[str, Read] = field(default_factory=dict)


_presents: "WeakKeyDictionary[Ranker, dict[Cutoffs, _Present]]" = WeakKeyDictionary()
_one_at_a_time = threading.Lock()


def prove(
    understanding: Understanding,
    entry_id: str,
    phrasing: str,
    answered: Sequence[tuple[str, str]],
    *,
    group: Collection[str] = (),
    unhelpful: Collection[str] = (),
) -> Proof:
    """What fares otherwise once `phrasing` leads to the entry: every ask, and what was `answered` (text, entry id).

    `group` are the wordings that the phrasing is to answer, `unhelpful` the entries that were served for them and did
    not help: those lose nothing by it. Takes seconds. Raises KeyError when the entry has gone.
    """
    with_it = _with(understanding.knowledge, entry_id, phrasing)
    group = {phrasing, *group}
    answered = [(text, entry) for text, entry in answered if text not in group or entry not in unhelpful]
    wanted = _wanted(understanding.knowledge, entry_id, group, answered)
    texts = [*dict.fromkeys([*wanted, *_rewordings(phrasing)])]
    before = present(understanding, texts)
    # Follow-ups are learned from other phrasings, and nothing here is a follow-up.
    ranker = Ranker(with_it, vectors=understanding.ranker.vectors)
    made = replace(understanding, knowledge=with_it, ranker=ranker, recogniser=Recogniser(with_it))
    after = _reread(made, before, texts, phrasing)
    changes = [_change(text, right, before.reads[text], after[text]) for text, right in wanted.items()]
    fixes = [change for change, is_fix in filter(None, changes) if is_fix]
    breaks = [change for change, is_fix in filter(None, changes) if not is_fix]
    owner = owner_of(understanding, entry_id, phrasing, unhelpful)
    if owner is not None:
        moved = [text for text in _rewordings(phrasing) if owner in before.reads[text].served - after[text].served]
        fixes = [change for change in fixes if change.text != phrasing]
        known = {change.text for change in breaks}
        breaks += [Change(text, owner, entry_id) for text in dict.fromkeys([phrasing, *moved]) if text not in known]
    return Proof(entry_id, phrasing, tuple(fixes), tuple(breaks))


def present(understanding: Understanding, texts: Iterable[str]) -> _Present:
    """How texts fare now; what was asked of this matcher before is remembered."""
    with _one_at_a_time:
        held = _presents.setdefault(understanding.ranker, {}).setdefault(understanding.cutoffs, _Present())
        missing = [text for text in dict.fromkeys(texts) if text not in held.reads]
        looked_over = look_over(understanding, missing)
        rankings = rank_all(understanding.ranker, (text for read in looked_over.values() for text in read.ranked))
        held.looked_over |= looked_over
        held.reads |= read_all(understanding, looked_over, rankings)
        held.firsts |= {text: ranked.first for text, ranked in rankings.items()}
        return held


def stamp(knowledge: Knowledge) -> str:
    """Differs when what questions are matched with does, so that a proof of before counts no more."""
    digest = hashlib.sha256()
    for entry in knowledge.entries.values():
        digest.update(repr((entry.id, entry.phrasings)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def prime(understanding: Understanding, answered: Sequence[tuple[str, str]]) -> None:
    """Ask everything now, so that a proof only has to ask it once more."""
    present(understanding, [*(ask.ask for ask in understanding.knowledge.asks), *(text for text, _ in answered)])


def _with(knowledge: Knowledge, entry_id: str, phrasing: str) -> Knowledge:
    entry = knowledge.entries[entry_id]
    return replace(knowledge, entries={**knowledge.entries, entry_id: replace(entry, also=(*entry.also, phrasing))})


def _wanted(
    knowledge: Knowledge, entry_id: str, group: Iterable[str], answered: Iterable[tuple[str, str]]
) -> dict[str, frozenset[str]]:
    """By text, the ids of what it should find; none where it should find nothing.

    What the authors of the knowledge say of a text goes before what was served for it, and that before the lead's word.
    """
    wanted = dict.fromkeys(group, frozenset({entry_id}))
    wanted |= {text: frozenset({entry}) for text, entry in answered if knowledge.find(entry)}
    wanted |= {ask.ask: frozenset(ask.expect) for ask in knowledge.asks}
    return {text: right for text, right in wanted.items() if words(text)}


def _rewordings(phrasing: str) -> list[str]:
    """The phrasing in the ways it is likely to come: without its opening, and without the words that say little."""
    content = [word for word in words(phrasing) if word not in FUNCTION_WORDS]
    return [text for text in dict.fromkeys([phrasing, without_preamble(phrasing), " ".join(content)]) if words(text)]


def _reread(made: Understanding, before: _Present, texts: Sequence[str], phrasing: str) -> dict[str, Read]:
    """How the texts fare under the new matcher; as before where the phrasing makes no difference to them."""
    looked_over = {text: before.looked_over[text] for text in texts}
    each = list(dict.fromkeys(text for read in looked_over.values() for text in read.ranked))
    near = dict(zip(each, _cosines(made, each, phrasing), strict=True))

    def may_move(text: str) -> bool:
        first = before.firsts.get(text)
        return first is not None and (FAR <= first.confidence <= SAFE or near[text] >= UNLIKE)

    rankings = rank_all(made.ranker, filter(may_move, each))

    def has_moved(text: str) -> bool:
        first, now = before.firsts.get(text), rankings.get(text)
        if first is None or now is None:
            return False
        return now.first.entry != first.entry or abs(now.first.confidence - first.confidence) >= DRIFT

    moved = {text: read for text, read in looked_over.items() if any(map(has_moved, read.ranked)) or text == phrasing}
    return {text: before.reads[text] for text in texts} | read_all(made, moved, rankings)


def _cosines(understanding: Understanding, texts: Sequence[str], phrasing: str) -> list[float]:
    ranker = understanding.ranker
    read = [ranker.vocabulary.read(without_preamble(text)).words or ("",) for text in [phrasing, *texts]]
    whole = ranker.vectors.whole(read)
    return [float(cosine) for cosine in whole[1:] @ whole[0]]


def _change(text: str, right: Collection[str], before: Read, after: Read) -> tuple[Change, bool] | None:
    """How a text fares otherwise, and whether that is a fix; None where it makes no difference."""
    was_right, is_right = (_is_right(read, right) for read in (before, after))
    only_drifted = not (before.served and after.served) and abs(after.confidence - before.confidence) < DRIFT
    if was_right == is_right or only_drifted:
        return None
    if is_right:
        return Change(text, _one(before.served), _one(after.served & set(right))), True
    return Change(text, _one(before.served & set(right)), _one(after.served)), False


def _is_right(read: Read, right: Collection[str]) -> bool:
    return not read.served.isdisjoint(right) if right else not read.served


def _one(ids: Collection[str]) -> str | None:
    return min(ids, default=None)


def owner_of(understanding: Understanding, entry_id: str, phrasing: str, unhelpful: Collection[str]) -> str | None:
    """The other entry that the phrasing belongs to, judged without it; None where it may as well be this one's.

    Among an entry's twenty phrasings a stray one rarely moves a question of the past, and still takes the next one.
    """
    part, *_ = understanding.read(phrasing)
    now = subject(part.outcome)
    others = {now} - {None, entry_id, *unhelpful}
    if now in others and not part.ranking:
        return now  # a term, or small talk: recognised, not ranked
    confidence = part.ranking[0].confidence if now in others else 0.0
    nearness = _nearness(understanding, phrasing)
    own = nearness.pop(entry_id, 0.0)
    nearest = max(nearness, key=nearness.__getitem__, default=None)
    if nearest is None:
        return None
    ahead = nearness[nearest] - own
    if confidence >= CLEAR and ahead > 0:
        return now
    return nearest if ahead > MARGIN and nearest not in unhelpful else None


def _nearness(understanding: Understanding, phrasing: str) -> dict[str, float]:
    """By entry, how near the phrasing comes to its phrasings or to an ask of it, as the encoder sees whole texts."""
    knowledge, ranker = understanding.knowledge, understanding.ranker
    read = ranker.vocabulary.read(without_preamble(phrasing)).words
    if ranker.phrasings is None or not read:
        return {}
    whole = ranker.vectors.whole([read])[0]
    own = np.split(ranker.phrasings.whole @ whole, _ends(knowledge))
    entries = [entry for entry in knowledge.entries.values() if any(map(words, entry.phrasings))]
    nearness = {entry.id: _near(row) for entry, row in zip(entries, own, strict=True)}
    asks = [ask for ask in knowledge.asks if ask.expect and comparable(ask.ask) != comparable(phrasing)]
    for ask, near in zip(asks, _cosines(understanding, [ask.ask for ask in asks], phrasing), strict=True):
        for key in nearness.keys() & set(ask.expect):
            nearness[key] = max(nearness[key], near)
    return nearness


def _ends(knowledge: Knowledge) -> list[int]:
    """Where each entry's rows end among the ranker's phrasings."""
    counts = [sum(bool(words(text)) for text in entry.phrasings) for entry in knowledge.entries.values()]
    return [int(end) for end in np.cumsum([count for count in counts if count])[:-1]]


def _near(cosines: Floats) -> float:
    return float(np.sort(cosines)[-NEAREST:].mean())
