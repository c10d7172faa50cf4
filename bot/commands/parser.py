"""What may be typed after `mandate-bot`: every command with its options."""

import argparse
from typing import TypeAlias

from bot.commands import calls

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
# Of the review queue, as bot.review has them, which is not imported for help; a test compares them.
STATES = ("new", "assigned", "answered", "linked", "dismissed", "reopened", "open", "all")


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options. Commands import what they need when they run, so that help is quick."""
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument("--knowledge", metavar="DIR", help="the folder of YAML to answer from (MANDATE_KNOWLEDGE)")
    where.add_argument("--db", metavar="FILE", help="the database (MANDATE_DB)")

    parser = argparse.ArgumentParser(
        prog="mandate-bot", description="Explains the NHS mandate to GP practices. Try: mandate-bot chat"
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    chat = commands.add_parser("chat", parents=[where], help="talk to the bot here, without Slack")
    chat.add_argument("--json", action="store_true", help="one message a line in, one JSON object a line out")
    chat.set_defaults(run=calls.chat)

    ask = commands.add_parser("ask", parents=[where], help="ask one question, or a file of them")
    ask.add_argument("question", nargs="*", help="the question")
    ask.add_argument("--batch", metavar="FILE", help="one question a line; - for standard input")
    ask.add_argument("--json", action="store_true", help="one JSON object a question")
    ask.add_argument("--explain", action="store_true", help="the top five and why, instead of an answer")
    ask.set_defaults(run=calls.ask)

    check = commands.add_parser("check", parents=[where], help="report everything wrong with a knowledge folder")
    check.add_argument("folder", nargs="?", metavar="DIR", help="the folder; the one in use without it")
    check.add_argument("--confusions", action="store_true", help="pairs of entries whose phrasings are confused")
    check.set_defaults(run=calls.check)

    unanswered = commands.add_parser("unanswered", parents=[where], help="list the questions that had no answer")
    form = unanswered.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON array, oldest first")
    form.add_argument("--csv", action="store_true", help="a table for a spreadsheet")
    unanswered.add_argument(
        "--state", action="append", choices=STATES, help="only these; may be given more than once (open)"
    )
    unanswered.add_argument("--part", type=int, choices=range(1, 10), metavar="N", help="of the mandate, 1 to 9")
    unanswered.set_defaults(run=calls.unanswered)

    digest = commands.add_parser("digest", parents=[where], help="what leads are told of the last week")
    digest.add_argument("--json", action="store_true", help="one JSON object")
    digest.set_defaults(run=calls.digest)

    _add_knowledge(commands, where)

    history = commands.add_parser("history", parents=[where], help="who changed an answer, what and when")
    history.add_argument("entry", metavar="ENTRY", help="the id of the entry, such as objectives-count-final")
    history.add_argument("--json", action="store_true", help="one JSON object")
    history.set_defaults(run=calls.history)

    _add_practices(commands, where)
    _add_polls(commands, where)

    report = commands.add_parser(
        "report", parents=[where], help="write the board pack: what was asked and said between two days"
    )
    report.add_argument("--from", dest="first", metavar="DAY", required=True, help="the first day, such as 2012-10-01")
    report.add_argument("--to", dest="last", metavar="DAY", required=True, help="the last day, which is in it too")
    report.add_argument("--out", metavar="FILE", required=True, help="the page to write, such as pack.html")
    report.add_argument("--csv", action="store_true", help="also write each of its tables beside it")
    report.set_defaults(run=calls.report)

    _add_people(commands, where)
    _add_care(commands, where)

    dashboard = commands.add_parser("dashboard", parents=[where], help="show what practices ask, as web pages")
    dashboard.add_argument("--port", type=_port, default=8001, metavar="N", help="where to listen (8001)")
    dashboard.add_argument("--host", default="127.0.0.1", metavar="HOST", help="others need a password (127.0.0.1)")
    dashboard.set_defaults(run=calls.dashboard)

    demo = commands.add_parser("demo", help="show the bot and its dashboard on a made-up quarter, without Slack")
    demo.add_argument("--port", type=_port, default=8001, metavar="N", help="where the dashboard listens (8001)")
    demo.add_argument("--no-serve", action="store_true", help="only make the database, and keep it in --db")
    demo.add_argument("--db", metavar="FILE", help="with --no-serve: a new file")
    demo.set_defaults(run=calls.demo)

    run = commands.add_parser("run", parents=[where], help="answer in Slack")
    run.add_argument("--http", metavar="HOST:PORT", type=_address, help="signed HTTP instead of Socket Mode")
    run.add_argument("--processes", type=int, choices=range(1, 17), default=1, metavar="N", help="with --http (1)")
    run.set_defaults(run=calls.run)
    return parser


def _add_knowledge(commands: Commands, where: argparse.ArgumentParser) -> None:
    """`knowledge`, with commands of its own."""
    own = _nest(commands, "knowledge", "from Slack or a spreadsheet to the YAML files, and back")

    export = own.add_parser("export", parents=[where], help="write what leads added into the YAML files")
    export.add_argument("--out", metavar="DIR", help="copy the folder there and change the copy")
    export.add_argument("--dry-run", action="store_true", help="only print what would be written; takes no --out")
    export.set_defaults(run=calls.export)

    importing = own.add_parser("import", parents=[where], help="serve the answers of a spreadsheet")
    importing.add_argument("file", metavar="FILE", help="an .xlsx or a .csv file")
    importing.add_argument("--author", metavar="NAME", help="who wrote them, for the history")
    importing.add_argument("--workspace", metavar="ID", help="the Slack workspace to keep them under")
    importing.set_defaults(run=calls.import_sheet)

    template = own.add_parser("template", help="write the empty spreadsheet")
    template.add_argument("--out", metavar="FILE", help="an .xlsx or a .csv file; CSV to standard output without it")
    template.set_defaults(run=calls.template)


def _add_practices(commands: Commands, where: argparse.ArgumentParser) -> None:
    """`practices`, with commands of its own."""
    own = _nest(commands, "practices", "the register of the CCG's practices")

    importing = own.add_parser("import", parents=[where], help="take in practices, or their localities")
    importing.add_argument("file", metavar="FILE", help="the NHS's epraccur.csv, or a .csv file with two columns")
    importing.add_argument("--ccg", metavar="CODE", help="whose practices to take out of epraccur.csv, such as 00C")
    importing.add_argument("--localities", action="store_true", help="the two columns are code and locality")
    importing.set_defaults(run=calls.import_practices)

    listing = own.add_parser("list", parents=[where], help="show the register")
    listing.add_argument("--json", action="store_true", help="one JSON array, in the order of names")
    listing.set_defaults(run=calls.list_practices)


def _add_polls(commands: Commands, where: argparse.ArgumentParser) -> None:
    """`polls`, with commands of its own."""
    own = _nest(commands, "polls", "what practices were asked, and what they said")

    listing = own.add_parser("list", parents=[where], help="every poll, newest first")
    listing.add_argument("--json", action="store_true", help="one JSON array")
    listing.set_defaults(run=calls.list_polls)

    show = own.add_parser("show", parents=[where], help="one poll with its counts, as leads see it")
    show.add_argument("poll", metavar="ID", type=int, help="its number")
    show.add_argument("--json", action="store_true", help="one JSON object")
    show.set_defaults(run=calls.show_poll)

    close = own.add_parser("close", parents=[where], help="close an open poll now")
    close.add_argument("poll", metavar="ID", type=int, help="its number")
    close.set_defaults(run=calls.close_poll)

    export = own.add_parser("export", parents=[where], help="write out what a poll came to, for leads")
    export.add_argument("poll", metavar="ID", type=int, help="its number")
    form = export.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object")
    form.add_argument("--csv", action="store_true", help="a table for a spreadsheet, as without either")
    export.add_argument("--public", action="store_true", help="only what others than leads may see")
    export.set_defaults(run=calls.export_poll)


def _add_people(commands: Commands, where: argparse.ArgumentParser) -> None:
    """What concerns people's own data: `purge`, `mydata`, `audit` and `ig`."""
    purge = commands.add_parser("purge", parents=[where], help="delete what has been kept long enough")
    purge.set_defaults(run=calls.purge)

    mydata = commands.add_parser("mydata", parents=[where], help="show or erase what is held about a person")
    mydata.add_argument("person", metavar="USER", help="their Slack member ID, such as U012AB3CD")
    what = mydata.add_mutually_exclusive_group(required=True)
    what.add_argument("--export", action="store_true", help="print all of it")
    what.add_argument("--erase", action="store_true", help="erase it for good, and say what stays and why")
    mydata.add_argument("--json", action="store_true", help="with --export: one JSON array")
    mydata.add_argument("--workspace", metavar="ID", help="only of this Slack workspace")
    mydata.set_defaults(run=calls.mydata)

    audit = commands.add_parser("audit", parents=[where], help="list what leads did, oldest first")
    form = audit.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON array")
    form.add_argument("--csv", action="store_true", help="a table for a spreadsheet")
    audit.set_defaults(run=calls.audit)

    ig = commands.add_parser("ig", parents=[where], help="print what an information governance lead asks for")
    ig.add_argument("--json", action="store_true", help="one JSON object")
    ig.set_defaults(run=calls.ig)


def _add_care(commands: Commands, where: argparse.ArgumentParser) -> None:
    """What whoever looks after the bot needs: `backup`, `restore` and `doctor`."""
    backup = commands.add_parser("backup", parents=[where], help="copy all that the bot remembers, while it runs")
    backup.add_argument("file", nargs="?", metavar="FILE", help="a new file; in the folder for backups without it")
    backup.add_argument("--whole", action="store_true", help="write nothing while anonymous votes have to wait")
    backup.set_defaults(run=calls.backup)

    restore = commands.add_parser("restore", parents=[where], help="make the database out of a backup")
    restore.add_argument("file", metavar="FILE", help="the backup")
    restore.add_argument("--ballots", metavar="FILE", help="an earlier backup, for the anonymous votes that this lacks")
    restore.set_defaults(run=calls.restore)

    doctor = commands.add_parser("doctor", parents=[where], help="look at all that a deployment needs")
    doctor.add_argument("--json", action="store_true", help="one JSON array of findings")
    doctor.set_defaults(run=calls.doctor)


def _nest(commands: Commands, name: str, what: str) -> Commands:
    """A command that only has commands of its own."""
    parser = commands.add_parser(name, help=what)
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def _port(text: str) -> int:
    if not text.isdecimal() or not text.isascii() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"takes a number up to 65535, found {text!r}")
    return int(text)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not port.isascii() or int(port) > 65_535:
        raise argparse.ArgumentTypeError(f"takes HOST:PORT, such as 127.0.0.1:3000, found {text!r}")
    return host.strip("[]"), int(port)
