"""The sentences of a reply, without any mark-up: Slack and the terminal say the same."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.asking import Recorded
from bot.knowledge import Audience, Edition, Entry, Facet, Source
from bot.matching import Answer, Courtesy, Definition, FacetAnswer, Suggestions

EDITIONS = {
    Edition.DRAFT: "draft of July 2012",
    Edition.FINAL: "final mandate, November 2012",
    Edition.LATER: "after the mandate of November 2012",
    Edition.CONTEXT: "background to the mandate of November 2012",
}
BANNERS = {
    Edition.DRAFT: "This is from the draft of July 2012, not the final mandate.",
    Edition.LATER: "This came after the mandate was published in November 2012.",
}
WHICH_ONE = "I'm not sure which of these you mean."
MENTION_AGAIN = "Mention me again to ask more."
KEPT_HERE = "I've kept your question; mandate-bot unanswered lists it."
WHAT_I_KEEP = "I keep your question so that it can be answered. What I keep about you is on my Home tab."


@dataclass(frozen=True)
class Said:
    """A reply in plain paragraphs: what is told, and the small print about where it comes from."""

    told: tuple[str, ...]
    small_print: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n\n".join((*self.told, *self.small_print))


def day(moment: date) -> str:
    """A date as people write it: 13 November 2012."""
    return f"{moment.day} {moment:%B %Y}"


def span(first: date, last: date) -> str:
    """3 to 9 December 2012, or 1 October to 31 December 2012."""
    if first == last:
        return day(first)
    year = f" {first.year}" if first.year != last.year else ""
    month = f" {first:%B}" if year or first.month != last.month else ""
    return f"{first.day}{month}{year} to {day(last)}"


def say(recorded: Recorded, ccg_name: str, kept: str | None = None, today: date | None = None) -> Said:
    """What the bot says to one part of a message.

    `kept` says where an unanswered question went, if not to the CCG. With `today` an overdue answer says that it is.
    """
    match recorded.part.outcome:
        case Answer(entry):
            return say_entry(entry, ccg_name, today)
        case FacetAnswer(entry, facet, text, is_known):
            return _say_facet(entry, facet, text, ccg_name, today) if is_known else Said((about(entry), text))
        case Definition(term):
            if term.expansion.casefold() == term.term.casefold():
                return Said((f"{term.term}: {term.meaning}",))
            return Said((f"{term.term} stands for {term.expansion}.", term.meaning))
        case Courtesy(talk):
            return Said(paragraphs(talk.answer))
        case Suggestions(matches):
            lines = [f"{number}. {match.entry.question}" for number, match in enumerate(matches, start=1)]
            return Said((WHICH_ONE, "\n".join(lines)))
    return Said((say_no_answer(recorded.queued, kept or f"I've passed it to {ccg_name}."),))


def if_none_is_picked(ccg_name: str) -> str:
    return f"If you pick none of them within 30 minutes, I pass your question to {ccg_name}."


def say_no_answer(queued: bool, kept: str) -> str:
    if queued:
        return f"I don't have an answer to that yet. {kept}"
    return "I can't see a question there. Type it in a few words, such as: how many objectives are in the mandate"


def say_entry(entry: Entry, ccg_name: str, today: date | None = None) -> Said:
    """An entry in full: the answer first, then what it means for the reader, then where it comes from."""
    banner = BANNERS.get(entry.edition)
    told = [banner] if banner else []
    told += paragraphs(entry.answer)
    told += _for_you(entry)
    if entry.by_when:
        told.append(f"By when: {entry.by_when.text}")
    return Said(tuple(told), small_print(entry, ccg_name, today))


def _for_you(entry: Entry) -> list[str]:
    practices = [f"For your practice: {entry.for_practices}"] if entry.for_practices else []
    ccgs = [f"For your CCG: {entry.for_ccgs}"] if entry.for_ccgs else []
    return ccgs + practices if entry.audience is Audience.CCGS else practices + ccgs


def small_print(entry: Entry, ccg_name: str, today: date | None = None) -> tuple[str, ...]:
    """Sources, duty, edition, who checked it and, with `today`, whether its review is overdue: a line each."""
    lines = [f"Source: {say_source(source)}" for source in entry.sources]
    if entry.duty:
        must = "A CCG must do this by law" if entry.duty.kind == "must" else "A CCG may do this, and need not"
        lines.append(must + (f" (section {entry.duty.section})." if entry.duty.section else "."))
    lines.append(f"Edition: {EDITIONS[entry.edition]}.")
    checked = f"Checked against its source on {day(entry.checked)}"
    if entry.reviewed and entry.reviewed_by:
        lines.append(f"{checked}, reviewed by {entry.reviewed_by} on {day(entry.reviewed)}.")
    else:
        lines.append(f"{checked}, not yet reviewed by {ccg_name}.")
    if today and entry.is_overdue(today):
        lines.append(f"Due for review since {day(entry.review_by)}; it may be out of date.")
    return tuple(lines)


def say_source(source: Source) -> str:
    return ", ".join(filter(None, (source.title, source.publisher, source.date, source.address)))


def _say_facet(entry: Entry, facet: Facet, text: str, ccg_name: str, today: date | None) -> Said:
    fine_print = small_print(entry, ccg_name, today)
    match facet:
        case Facet.SOURCES:
            told = tuple(say_source(source) for source in entry.sources)
            fine_print = fine_print[len(entry.sources) :]
        case Facet.EDITION:
            told = (f"That answer is from: {EDITIONS[entry.edition]}.",)
        case _:
            told = (*([BANNERS[entry.edition]] if entry.edition in BANNERS else []), *paragraphs(text))
    return Said((about(entry), *told), fine_print)


def about(entry: Entry) -> str:
    return f"About “{entry.question}”"


def paragraphs(text: str) -> tuple[str, ...]:
    """The paragraphs of an answer; the lines of a list, each starting "- ", stay together."""
    return tuple(piece.strip() for piece in re.split(r"\n(?!- )", text) if piece.strip())


def join_parts(said: Sequence[tuple[str, Said]]) -> str:
    """All parts as one plain text; several are told apart by their questions."""
    if len(said) == 1:
        return said[0][1].text
    return "\n\n".join(f"{question}\n\n{part.text}" for question, part in said)
