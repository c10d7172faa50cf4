"""From the database to a board pack."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from bot.knowledge import Knowledge
from bot.overview import Figure, overview
from bot.polling import public
from bot.polls import Poll, Results, State
from bot.polls.disclosure import notes_on, rolled_up
from bot.practices import Practice
from bot.report.findings import REASONS as NOT_HELPFUL
from bot.report.pack import APPRAISAL, Area, Done, Pack, Reach, Result, Theme, Topic
from bot.review import REASONS as DISMISSED
from bot.review import State as QueueState
from bot.schedule import in_london
from bot.storage import Store
from bot.storage.asked import Given, Span, Waited
from bot.storage.publications import Kept

FOR_LEADS = "Its results are for leads only, so they are not shown here."
_DONE = {
    QueueState.ANSWERED: Done.ANSWERED,
    QueueState.LINKED: Done.LINKED,
    QueueState.DISMISSED: Done.DISMISSED,
}


def gather(
    store: Store, knowledge: Knowledge, ccg_name: str, first: date, last: date, now: datetime, *, without: str
) -> Pack:
    """The pack of these days in Europe/London, both included, of all workspaces but `without`."""
    figures = [one for one in store.rollups.figures(first, last) if one.workspace != without]
    span = store.asked.within(first, last, without=without)
    found = overview(figures, first, last)
    polls = store.polls.listed(states={State.OPEN, State.CLOSED})
    beyond = [poll for poll in polls if _is_open_beyond(poll, last)]
    closed = [(poll.closed_at, poll) for poll in polls if poll.closed_at and first <= _day(poll.closed_at) <= last]
    newest = sorted(closed, key=lambda one: (one[0], one[1].id), reverse=True)
    return Pack(
        ccg_name=ccg_name,
        first=first,
        last=last,
        made_on=_day(now),
        overview=found,
        topics=tuple(_topic(one, store, knowledge) for one in span.given),
        themes=_themes(span.waited, store, knowledge),
        results=tuple(_result(store, poll, _day(at), now) for at, poll in newest),
        still_open=len(beyond),
        appraisal_open=any(poll.plan.template == APPRAISAL for poll in beyond),
        reach=reach(store.practices.listed(), span),
        reasons=_reasons(figures),
        not_kept=max(0, found.asked - span.kept),
        is_invented=store.house.is_invented(),
    )


def reach(practices: Sequence[Practice], span: Span) -> Reach:
    """How many practices of the register asked and took part; small localities stand together."""
    of = {practice.code: practice.locality for practice in practices}
    sizes = Counter(of.values())
    areas = tuple(
        Area(
            name,
            sum(sizes[one] for one in together),
            _number(span.practices, of, together),
            _number(span.voted, of, together),
        )
        for name, together in rolled_up(sizes, len(sizes) + 1).items()
    )
    return Reach(
        len(practices),
        len(span.practices & of.keys()),
        len(span.voted & of.keys()),
        areas if len(areas) > 1 else (),
    )


def _number(codes: Iterable[str], of: Mapping[str, str], localities: set[str]) -> int:
    return sum(of.get(code) in localities for code in codes)


def _topic(given: Given, store: Store, knowledge: Knowledge) -> Topic:
    return Topic(_wording(given.entry, store, knowledge), given.part, given.times)


def _themes(waited: Iterable[Waited], store: Store, knowledge: Knowledge) -> tuple[Theme, ...]:
    """What has one answer now is one theme, by the question of that answer, for that was written to be read."""
    alone: list[Theme] = []
    answered: dict[str, list[Waited]] = {}
    for one in waited:
        done = _DONE.get(one.state, Done.OPEN)
        if done in (Done.ANSWERED, Done.LINKED) and one.entry:
            answered.setdefault(one.entry, []).append(one)
        else:
            reason = DISMISSED.get(one.reason or "", "") if done is Done.DISMISSED else ""
            alone.append(Theme(one.question, one.part, one.times, done, reason))
    for key, ones in answered.items():
        is_new = any(one.state is QueueState.ANSWERED for one in ones)
        part = next((one.part for one in ones if one.part), None)
        times = sum(one.times for one in ones)
        wording = _wording(key, store, knowledge)
        alone.append(Theme(wording, part, times, Done.ANSWERED if is_new else Done.LINKED))
    return tuple(sorted(alone, key=lambda theme: -theme.times))


def _wording(key: str, store: Store, knowledge: Knowledge) -> str:
    """The question of an entry, also of one that has gone."""
    found = knowledge.find(key)
    if found:
        return found.question
    versions = store.versions.of(key)
    return str(versions[-1].says.get("question") or key) if versions else key


def _result(store: Store, poll: Poll, closed: date, now: datetime) -> Result:
    """A closed poll with what it showed then, but for one whose voters were told that leads alone see its results."""
    kept, said = _kept(store, poll, now), poll.outcome
    is_secret = poll.plan.results is Results.LEADS
    return Result(
        number=poll.id,
        title=poll.plan.title,
        closed=closed,
        voice=poll.plan.voice,
        is_anonymous=poll.is_anonymous,
        is_appraisal=poll.plan.template == APPRAISAL,
        taking_part=kept.taking_part,
        eligible=kept.eligible or 0,
        counts=kept.whole.counts if kept.whole and not is_secret else (),
        localities=() if is_secret else tuple((part.name, part.tally) for part in kept.localities),
        notes=(FOR_LEADS,) if is_secret else kept.notes,
        heard=said.heard if said else "",
        will_do=said.will_do if said else "",
        said=_day(said.said_at) if said else None,
    )


def _kept(store: Store, poll: Poll, now: datetime) -> Kept:
    """What a closed poll shows: as it was kept, or for one that closed before that was done, as it would show now."""
    if kept := store.publications.kept(poll):
        return kept
    shown = public(store, poll, now)
    found = shown.publication
    return Kept(found.whole if found else None, (), tuple(notes_on(shown, poll.plan.voice)), shown.voted, None)


def _reasons(figures: Iterable[Figure]) -> dict[str, int]:
    """Why answers did not help, in words, the commonest first."""
    found: Counter[str] = Counter()
    for one in figures:
        if one.measure == "feedback" and one.outcome != "helpful":
            found[NOT_HELPFUL.get(one.outcome, one.outcome)] += one.times
    return dict(found.most_common())


def _is_open_beyond(poll: Poll, last: date) -> bool:
    """Whether it had opened by then, and its results belong to a later time."""
    if poll.opened_at is None or _day(poll.opened_at) > last:
        return False
    return poll.closed_at is None or _day(poll.closed_at) > last


def _day(at: datetime) -> date:
    return in_london(at).date()
