"""What is said with the files of a poll."""

from bot.blocks.kit import Message, context, section, shorten
from bot.blocks.polls.terms import quoted
from bot.polls import Poll
from bot.polls.report import Report
from bot.text import counted

MOST_ALT = 1_000  # characters that Slack takes with a picture
NOTHING = "Nothing has been asked in that poll yet, so there is nothing to export."
SENT = "The export is in your direct messages from me."


def covering(report: Report, pictures: int) -> Message:
    """The message that the files follow."""
    poll = report.poll
    charts = f", with {counted(pictures, 'chart')}" if pictures else ""
    said = f"Here is the export of {quoted(poll.plan.title, 150)}, as CSV for a spreadsheet and as JSON{charts}."
    if report.tally is None:
        said += " Its counts are empty, because nobody may see them now."
    caution = (
        "It is for leads: it has what was written, and in a named poll what each practice answered. "
        f"For others: mandate-bot polls export {poll.id} --public"
    )
    return Message(said, [section(said), context([caution])])


def table_title(poll: Poll) -> str:
    return f"Poll {poll.id} for a spreadsheet"


def data_title(poll: Poll) -> str:
    return f"Poll {poll.id} as data"


def chart_title(question: str) -> str:
    return shorten(" ".join(question.split()), 100)


def alt_text(said: str) -> str:
    return shorten(said, MOST_ALT)


def no_scope(poll_id: int) -> str:
    return (
        "I am not allowed to send files here. Whoever runs this bot can install it anew with the scope files:write. "
        f"Until then they can export the poll with: mandate-bot polls export {poll_id}"
    )
