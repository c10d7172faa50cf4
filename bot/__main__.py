"""The command line: chat, ask, check, unanswered, knowledge, history, practices, polls and run."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.errors import BotError, KnowledgeError

if TYPE_CHECKING:
    from bot.settings import Settings

# Answering one question is too little work to share between threads, and idle ones keep other processes waiting.
for _threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_threads, "1")

HANDLED, FAILED, WRONG_USAGE = 0, 1, 2
# Of the review queue, as bot.review has them, which is not imported for help; a test compares them.
STATES = ("new", "assigned", "answered", "linked", "dismissed", "reopened", "open", "all")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when it did what was asked, 1 when it could not, 2 when it was called wrongly."""
    parser = build_parser()
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    try:
        return int(options.run(options, parser))
    except KnowledgeError as error:
        print("The knowledge has mistakes, so there is nothing to answer from:", file=sys.stderr)
        print(error, file=sys.stderr)
    except BotError as error:
        print(error, file=sys.stderr)
    except KeyboardInterrupt:
        print(file=sys.stderr)
    except BrokenPipeError:
        # Whoever read our output has gone; what Python still holds for them must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


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
    chat.set_defaults(run=_chat)

    ask = commands.add_parser("ask", parents=[where], help="ask one question, or a file of them")
    ask.add_argument("question", nargs="*", help="the question")
    ask.add_argument("--batch", metavar="FILE", help="one question a line; - for standard input")
    ask.add_argument("--json", action="store_true", help="one JSON object a question")
    ask.add_argument("--explain", action="store_true", help="the top five and why, instead of an answer")
    ask.set_defaults(run=_ask)

    check = commands.add_parser("check", parents=[where], help="report everything wrong with a knowledge folder")
    check.add_argument("folder", nargs="?", metavar="DIR", help="the folder; the one in use without it")
    check.add_argument("--confusions", action="store_true", help="pairs of entries whose phrasings are confused")
    check.set_defaults(run=_check)

    unanswered = commands.add_parser("unanswered", parents=[where], help="list the questions that had no answer")
    form = unanswered.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON array, oldest first")
    form.add_argument("--csv", action="store_true", help="a table for a spreadsheet")
    unanswered.add_argument(
        "--state", action="append", choices=STATES, help="only these; may be given more than once (open)"
    )
    unanswered.add_argument("--part", type=int, choices=range(1, 10), metavar="N", help="of the mandate, 1 to 9")
    unanswered.set_defaults(run=_unanswered)

    _add_knowledge(commands, where)

    history = commands.add_parser("history", parents=[where], help="who changed an answer, what and when")
    history.add_argument("entry", metavar="ENTRY", help="the id of the entry, such as objectives-count-final")
    history.add_argument("--json", action="store_true", help="one JSON object")
    history.set_defaults(run=_history)

    _add_practices(commands, where)
    _add_polls(commands, where)

    run = commands.add_parser("run", parents=[where], help="answer in Slack")
    run.add_argument("--http", metavar="HOST:PORT", type=_address, help="signed HTTP instead of Socket Mode")
    run.set_defaults(run=_run)
    return parser


def _add_knowledge(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", where: argparse.ArgumentParser
) -> None:
    """`knowledge`, with commands of its own."""
    knowledge = commands.add_parser("knowledge", help="from Slack or a spreadsheet to the YAML files, and back")
    own = knowledge.add_subparsers(title="commands", metavar="COMMAND", required=True)

    export = own.add_parser("export", parents=[where], help="write what leads added into the YAML files")
    export.add_argument("--out", metavar="DIR", help="copy the folder there and change the copy")
    export.add_argument("--dry-run", action="store_true", help="only print what would be written; takes no --out")
    export.set_defaults(run=_export)

    importing = own.add_parser("import", parents=[where], help="serve the answers of a spreadsheet")
    importing.add_argument("file", metavar="FILE", help="an .xlsx or a .csv file")
    importing.add_argument("--author", metavar="NAME", help="who wrote them, for the history")
    importing.add_argument("--workspace", metavar="ID", help="the Slack workspace to keep them under")
    importing.set_defaults(run=_import)

    template = own.add_parser("template", help="write the empty spreadsheet")
    template.add_argument("--out", metavar="FILE", help="an .xlsx or a .csv file; CSV to standard output without it")
    template.set_defaults(run=_template)


def _add_practices(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", where: argparse.ArgumentParser
) -> None:
    """`practices`, with commands of its own."""
    practices = commands.add_parser("practices", help="the register of the CCG's practices")
    own = practices.add_subparsers(title="commands", metavar="COMMAND", required=True)

    importing = own.add_parser("import", parents=[where], help="take in practices, or their localities")
    importing.add_argument("file", metavar="FILE", help="the NHS's epraccur.csv, or a .csv file with two columns")
    importing.add_argument("--ccg", metavar="CODE", help="whose practices to take out of epraccur.csv, such as 00C")
    importing.add_argument("--localities", action="store_true", help="the two columns are code and locality")
    importing.set_defaults(run=_import_practices)

    listing = own.add_parser("list", parents=[where], help="show the register")
    listing.add_argument("--json", action="store_true", help="one JSON array, in the order of names")
    listing.set_defaults(run=_list_practices)


def _add_polls(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", where: argparse.ArgumentParser) -> None:
    """`polls`, with commands of its own."""
    polls = commands.add_parser("polls", help="what practices were asked, and what they said")
    own = polls.add_subparsers(title="commands", metavar="COMMAND", required=True)

    listing = own.add_parser("list", parents=[where], help="every poll, newest first")
    listing.add_argument("--json", action="store_true", help="one JSON array")
    listing.set_defaults(run=_list_polls)

    show = own.add_parser("show", parents=[where], help="one poll with its counts, as leads see it")
    show.add_argument("poll", metavar="ID", type=int, help="its number")
    show.add_argument("--json", action="store_true", help="one JSON object")
    show.set_defaults(run=_show_poll)

    close = own.add_parser("close", parents=[where], help="close an open poll now")
    close.add_argument("poll", metavar="ID", type=int, help="its number")
    close.set_defaults(run=_close_poll)

    export = own.add_parser("export", parents=[where], help="write out what a poll came to, for leads")
    export.add_argument("poll", metavar="ID", type=int, help="its number")
    form = export.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object")
    form.add_argument("--csv", action="store_true", help="a table for a spreadsheet, as without either")
    export.add_argument("--public", action="store_true", help="only what others than leads may see")
    export.set_defaults(run=_export_poll)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdecimal() or not port.isascii() or int(port) > 65_535:
        raise argparse.ArgumentTypeError(f"takes HOST:PORT, such as 127.0.0.1:3000, found {text!r}")
    return host.strip("[]"), int(port)


def _chat(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import chat

    return chat.run(_settings(options), as_json=options.json)


def _ask(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import ask

    question = " ".join(options.question)
    if bool(options.question) == bool(options.batch):
        parser.error('ask takes one question, as in: mandate-bot ask "how many objectives are there", or --batch FILE')
    if options.explain:
        if options.batch or options.json:
            parser.error("--explain takes one question, and neither --batch nor --json")
        return ask.show_why(_settings(options), question)
    return ask.run(_settings(options), question, batch=options.batch, as_json=options.json)


def _check(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import check

    folder = check.named(options.folder) if options.folder else _settings(options).knowledge
    return check.show_confusions(folder) if options.confusions else check.run(folder)


def _unanswered(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import unanswered

    return unanswered.run(
        _settings(options), as_json=options.json, as_csv=options.csv, states=options.state, part=options.part
    )


def _export(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import knowledge

    if options.dry_run and options.out:
        parser.error("--dry-run writes nothing, so it takes no --out")
    return knowledge.export(_settings(options), out=options.out, dry_run=options.dry_run)


def _import(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import knowledge
    from bot.settings import LOCAL_WORKSPACE

    workspace = options.workspace or LOCAL_WORKSPACE
    return knowledge.import_sheet(_settings(options), options.file, author=options.author, workspace=workspace)


def _template(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import knowledge

    return knowledge.template(options.out)


def _history(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import history

    return history.run(_settings(options), options.entry, as_json=options.json)


def _import_practices(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import practices

    return practices.import_file(_settings(options), options.file, ccg=options.ccg, localities=options.localities)


def _list_practices(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import practices

    return practices.show(_settings(options), as_json=options.json)


def _list_polls(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import polls

    return polls.show_all(_settings(options), as_json=options.json)


def _show_poll(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import polls

    return polls.show(_settings(options), options.poll, as_json=options.json)


def _close_poll(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import polls

    return polls.close(_settings(options), options.poll)


def _export_poll(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import polls

    return polls.export(_settings(options), options.poll, as_json=options.json, is_public=options.public)


def _run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import run

    return run.run(_settings(options), http=options.http)


def _settings(options: argparse.Namespace) -> "Settings":
    from bot.settings import Settings

    return Settings.from_env(knowledge=options.knowledge, db=options.db)


if __name__ == "__main__":
    sys.exit(main())
