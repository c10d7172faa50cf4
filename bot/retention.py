"""How long everything is kept: what deletes it, tells people and prints it for the CCG reads this one list."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """How long one kind of thing is kept, and the table that holds it."""

    name: str
    table: str  # or "backups", which are files
    holds: str
    days: int | None  # None where `counted` alone says what ends it
    counted: str  # from when the days count, and what stays longer

    @property
    def how_long(self) -> str:
        """In words."""
        return f"{say_days(self.days)} {self.counted}" if self.days else self.counted


def say_days(days: int) -> str:
    """A length as people say it: whole years from a year on."""
    if days % 365 == 0:
        return "1 year" if days == 365 else f"{days // 365} years"
    return "1 day" if days == 1 else f"{days} days"


WITH_ITS_QUESTION = "goes with its question"
WITH_ITS_POLL = "goes with its poll"
RECORD = "stays as a record of the CCG"

RETENTION: tuple[Kept, ...] = (
    Kept(
        "questions",
        "questions",
        "what was asked, by whom, where, and what it was given",
        180,
        "after it was asked; one that still waits stays until it is dealt with, and leads are told at 150 days",
    ),
    Kept("unanswered", "unanswered", "which questions wait for the CCG", None, WITH_ITS_QUESTION),
    Kept("groups", "groups", "rows of the review queue", None, "goes with the last of its questions"),
    Kept("pins", "pins", "which questions leads joined or split", None, "goes with the last of its questions"),
    Kept("served", "served", "who was given which answer, to tell them of a correction", 30, "after it was given"),
    Kept("feedback", "feedback", "what people said about answers", 180, "after it was given"),
    Kept("conversations", "conversations", "what was answered last, for a question that follows it", 1, "after it"),
    Kept(
        "inbox", "inbox", "what Slack delivered; once answered, without its text", 7, "after it came and was answered"
    ),
    Kept("sent", "outbox", "that a message was sent, without its text", 7, "after it was written"),
    Kept("undelivered", "outbox", "messages that Slack would not take", 30, "after they were written"),
    Kept(
        "marks",
        "marks",
        "what is done once, such as a greeting",
        180,
        "after it was done; that somebody was asked for their practice stays until they erase it",
    ),
    Kept("arrivals", "arrivals", "that a press, a form or a command came, so that it counts once", 1, "after it came"),
    Kept("leases", "leases", "which process runs the timers", 1, "after it ended"),
    Kept("direct_channels", "direct_channels", "where a person's direct messages stand", 180, "after it was last seen"),
    Kept("clarifications", "clarifications", "what leads asked back", 180, "after it was asked"),
    Kept("clarified", "clarified", "to whom it went, and what they replied", None, "goes with what was asked back"),
    Kept("moves", "moves", "what leads did with rows of the queue", 730, "after it was done"),
    Kept("drafts", "additions", "answers that were drafted or refused", 730, "after they were written"),
    Kept("additions", "additions", "answers that were published, with their authors", None, RECORD),
    Kept("versions", "versions", "what each answer said when, and who changed it", None, RECORD),
    Kept("recalls", "recalls", "whether people were told of a correction", 730, "after it was decided"),
    Kept("practices", "practices", "the register of practices", None, "stays until another register replaces it"),
    Kept("belongs", "belongs", "which practice a person chose", None, "stays until they change or erase it"),
    Kept("polls", "polls", "what was asked in polls, and what came of it", None, RECORD),
    Kept("unused_polls", "polls", "polls that were drafted or deleted", 30, "after they were made"),
    Kept("poll_messages", "poll_messages", "where a poll's messages stand", None, WITH_ITS_POLL),
    Kept("poll_refusals", "poll_refusals", "that Slack refused a poll's message", None, "goes with the message"),
    Kept("redraws", "redraws", "when messages were redrawn, for Slack's limit", 1, "after it was done"),
    Kept("redraw_pauses", "redraw_pauses", "until when Slack wants no redraw", 1, "after it ended"),
    Kept("votes", "votes", "what was voted, without the person from then on", None, RECORD),
    Kept("voters", "votes", "who voted, in polls with names", 365, "after the poll closed"),
    Kept("publications", "publications", "which results were shown", None, WITH_ITS_POLL),
    Kept("results", "results", "what closed polls show, in numbers alone", None, WITH_ITS_POLL),
    Kept("no_reminders", "no_reminders", "who wants no reminders", None, "stays until they change or erase it"),
    Kept("boxes", "boxes", "what was counted in anonymous polls", None, WITH_ITS_POLL),
    Kept(
        "taking_part",
        "boxes",
        "who took part in an anonymous poll, apart from what was chosen",
        None,
        "goes at the moment the poll closes",
    ),
    Kept("audit", "audit", "what leads did", 730, "after it was done"),
    Kept("refusals", "refusals", "how often text about patients was refused, in numbers alone", None, RECORD),
    Kept("rollups", "rollups", "how often things were asked and answered, in numbers alone", None, RECORD),
    Kept("rolled_up", "rolled_up", "from which day on these numbers stand for what has gone", None, RECORD),
    Kept("backups", "backups", "copies of the database", 35, "after they were made"),
)
LEADS_WARNED_AFTER = 150  # days that a question has waited

BY_NAME = {kept.name: kept for kept in RETENTION}


def days_of(name: str) -> int:
    """For how many days that kind of thing is kept."""
    days = BY_NAME[name].days
    assert days, f"{name} is not kept for a number of days"
    return days


def length_of(name: str) -> str:
    """The same in words."""
    return say_days(days_of(name))
