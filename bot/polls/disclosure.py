"""What may be shown to others than leads, so that nobody can work out the answers of fewer than five.

Neither from what is shown at one time, nor by adding up and taking away anything that was ever shown of the poll.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.polls.charts import WHO
from bot.polls.mixing import Ballot, is_mixed
from bot.polls.poll import SMALLEST_GROUP, Answers, Question, Voice, Vote, answers_as_json
from bot.polls.tally import Tally, tally

NO_LOCALITY = "No locality"
OTHERS = "Other localities"
MOST_LOCALITIES = 19  # columns of a table in Slack, beside the one that says what is counted

Group = frozenset[Ballot]


@dataclass(frozen=True)
class Part:
    """What a locality answered."""

    name: str
    tally: Tally


@dataclass(frozen=True)
class Publication:
    """What others than leads are shown of a named poll: counts, and never what was written."""

    whole: Tally
    localities: tuple[Part, ...] = ()  # by name, those of several last; empty where they are not shown
    is_rolled_up: bool = False  # whether localities stand together, or are not shown, because they are small
    groups: tuple[Group, ...] = ()  # whose answers stand in each part, or in the whole where there are no parts


@dataclass(frozen=True)
class Shown:
    """What is shown of a poll now, after how many votes; None where nothing may be."""

    publication: Publication | None
    voted: int  # people, or practices where each has one voice
    is_latest: bool = True  # whether every vote is in it as it is now


@dataclass(frozen=True)
class Counted:
    """A vote with its ballot and the locality of its practice; "" where none is known."""

    vote: Vote
    ballot: Ballot
    locality: str = ""


def counted(votes: Iterable[Vote], localities: Mapping[str, str]) -> list[Counted]:
    """Votes with their ballots; `localities` by the code of a practice."""
    found = []
    for vote in votes:
        locality = localities.get(vote.practice or "", "")
        ballot = mark_of(vote.voter), mark_of(json.dumps(answers_as_json(vote.answers)))
        # Two groups of one name would count as one.
        found.append(Counted(vote, ballot, "" if locality in (NO_LOCALITY, OTHERS) else locality))
    return found


def mark_of(text: str) -> str:
    """Stands for a text where only the same has to be told from another: what was withdrawn is not kept in words."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def publish(
    questions: Sequence[Question],
    votes: Sequence[Counted],
    earlier: Sequence[Publication],
    *,
    with_localities: bool = False,
) -> Publication | None:
    """What may be shown now, after what was shown `earlier`; None where the last of those has to stand.

    By locality only once, where `with_localities` asks for it and no earlier publication has it.
    """
    shown = [group for one in earlier for group in one.groups]
    everybody = frozenset(one.ballot for one in votes)
    if len(votes) < SMALLEST_GROUP or not is_mixed(shown, [everybody], SMALLEST_GROUP):
        return None
    whole = _tally(questions, votes)
    if not with_localities or any(one.localities for one in earlier):
        return Publication(whole, groups=(everybody,))
    sizes = _localities(votes)
    parts = {name: _counted(votes, names) for name, names in rolled_up(sizes).items()}
    groups = tuple(frozenset(one.ballot for one in part) for part in parts.values())
    if len(parts) < 2 or not is_mixed(shown, groups, SMALLEST_GROUP):
        return Publication(whole, is_rolled_up=len(sizes) > 1, groups=(everybody,))
    localities = tuple(Part(name, _tally(questions, part)) for name, part in parts.items())
    return Publication(whole, localities, OTHERS in parts, groups)


def rolled_up(sizes: Mapping[str, int], most: int = MOST_LOCALITIES) -> dict[str, set[str]]:
    """Which localities stand together under which name, from how many voted in each.

    Those under five become one, joined by the next smallest until there are five in it; so do the smallest of too
    many. "" is where none is known.
    """
    ordered = sorted(sizes, key=lambda name: (sizes[name], name))
    small = [name for name in ordered if sizes[name] < SMALLEST_GROUP]
    large = [name for name in ordered if sizes[name] >= SMALLEST_GROUP]
    while large and (0 < sum(sizes[name] for name in small) < SMALLEST_GROUP or len(large) + bool(small) > most):
        small.append(large.pop(0))
    together = {name or NO_LOCALITY: {name} for name in sorted(large, key=lambda name: (not name, name.casefold()))}
    return together | ({OTHERS: set(small)} if small else {})


def by_locality(questions: Sequence[Question], votes: Sequence[Counted]) -> tuple[Part, ...]:
    """For leads alone: each locality, however small."""
    names = sorted({one.locality for one in votes}, key=lambda name: (not name, name.casefold()))
    return tuple(Part(name or NO_LOCALITY, tally(questions, _answers(_counted(votes, {name})))) for name in names)


def by_practice(questions: Sequence[Question], votes: Iterable[Vote]) -> dict[str | None, Tally]:
    """For leads alone: what each practice answered, by its code in order; None where a voter had chosen none."""
    found: dict[str | None, list[Vote]] = {}
    for vote in votes:
        found.setdefault(vote.practice, []).append(vote)
    codes = sorted(found, key=lambda code: (code is None, code or ""))
    return {code: tally(questions, [vote.answers for vote in found[code]]) for code in codes}


@dataclass(frozen=True)
class Weighed:
    """What was answered where each practice has one voice, shared among those of it who voted."""

    practices: int
    without: int  # people who voted and had chosen no practice, so that they are left out
    shares: tuple[tuple[float, ...], ...]  # for each question and choice, in order: practices


def one_voice_each(questions: Sequence[Question], votes: Iterable[Vote]) -> Weighed:
    """For leads alone: per-person votes weighed so that a large practice does not swamp ten small ones."""
    practices = by_practice(questions, votes)
    alone = practices.pop(None, None)
    shares = tuple(
        tuple(
            sum(one.counts[at].numbers[choice] / one.taking_part for one in practices.values())
            for choice in range(len(question.choices))
        )
        for at, question in enumerate(questions)
    )
    return Weighed(len(practices), alone.taking_part if alone else 0, shares)


def notes_on(shown: Shown, voice: Voice) -> list[str]:
    """What is left out of what is shown, and why; empty where nothing is."""
    found, who = shown.publication, WHO[voice][1]
    if found is None and not shown.voted:
        return ["There is nothing to show."]
    if found is None:
        few = f"No answers are shown, because fewer than {SMALLEST_GROUP} {who} took part"
        return [f"{few}: with so few, others could tell who chose what."]
    notes = []
    if not shown.is_latest:
        notes.append(
            f"These are the results of {found.whole.taking_part} votes, as they were shown before. Too few votes "
            "changed since then: with them, others could tell who chose what."
        )
    return notes + about_groups(found, voice)


def about_groups(shown: Publication, voice: Voice) -> list[str]:
    """What the small-group rule did to the localities, in a sentence for everybody."""
    who = WHO[voice][1]
    if not shown.is_rolled_up:
        return []
    if shown.localities:
        return [f"Localities with fewer than {SMALLEST_GROUP} {who} stand together as “{OTHERS}”."]
    return [
        f"Answers by locality are not shown: with them, others could tell what fewer than {SMALLEST_GROUP} {who} chose."
    ]


def unread(whole: Tally) -> Tally:
    """A tally as others than leads see it: without what was written."""
    return replace(whole, counts=tuple(replace(count, texts=()) for count in whole.counts))


def _tally(questions: Sequence[Question], votes: Iterable[Counted]) -> Tally:
    return unread(tally(questions, _answers(votes)))


def _answers(votes: Iterable[Counted]) -> list[Answers]:
    return [one.vote.answers for one in votes]


def _counted(votes: Iterable[Counted], localities: Collection[str]) -> list[Counted]:
    return [one for one in votes if one.locality in localities]


def _localities(votes: Iterable[Counted]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for one in votes:
        sizes[one.locality] = sizes.get(one.locality, 0) + 1
    return sizes
