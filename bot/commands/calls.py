"""From what was typed to the command that does it. Each imports what it needs when it runs, so that help is quick."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings


def chat(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import chat

    return chat.run(_settings(options), as_json=options.json)


def ask(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import ask

    question = " ".join(options.question)
    if bool(options.question) == bool(options.batch):
        parser.error('ask takes one question, as in: mandate-bot ask "how many objectives are there", or --batch FILE')
    if options.explain:
        if options.batch or options.json:
            parser.error("--explain takes one question, and neither --batch nor --json")
        return ask.show_why(_settings(options), question)
    return ask.run(_settings(options), question, batch=options.batch, as_json=options.json)


def check(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import check

    folder = check.named(options.folder) if options.folder else _settings(options).knowledge
    return check.show_confusions(folder) if options.confusions else check.run(folder)


def unanswered(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import unanswered

    return unanswered.run(
        _of_kept(options), as_json=options.json, as_csv=options.csv, states=options.state, part=options.part
    )


def digest(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import digest

    return digest.run(_of_kept(options), as_json=options.json)


def export(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import knowledge

    if options.dry_run and options.out:
        parser.error("--dry-run writes nothing, so it takes no --out")
    return knowledge.export(_of_kept(options), out=options.out, dry_run=options.dry_run)


def import_sheet(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import knowledge
    from bot.settings import LOCAL_WORKSPACE

    workspace = options.workspace or LOCAL_WORKSPACE
    return knowledge.import_sheet(_settings(options), options.file, author=options.author, workspace=workspace)


def template(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import knowledge

    return knowledge.template(options.out)


def history(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import history

    return history.run(_settings(options), options.entry, as_json=options.json)


def import_practices(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import practices

    return practices.import_file(_settings(options), options.file, ccg=options.ccg, localities=options.localities)


def list_practices(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import practices

    return practices.show(_of_kept(options), as_json=options.json)


def list_polls(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import polls

    return polls.show_all(_of_kept(options), as_json=options.json)


def show_poll(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import polls

    return polls.show(_of_kept(options), options.poll, as_json=options.json)


def close_poll(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import polls

    return polls.close(_of_kept(options), options.poll)


def export_poll(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import polls

    return polls.export(_of_kept(options), options.poll, as_json=options.json, is_public=options.public)


def purge(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import purge

    return purge.run(_of_kept(options))


def mydata(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import mydata

    if options.erase and options.json:
        parser.error("--erase prints what was erased in words, so it takes no --json")
    settings, person, workspace = _of_kept(options), options.person, options.workspace
    if options.erase:
        return mydata.erase_person(settings, person, workspace=workspace)
    return mydata.export(settings, person, workspace=workspace, as_json=options.json)


def audit(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import audit

    return audit.run(_of_kept(options), as_json=options.json, as_csv=options.csv)


def ig(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import ig

    return ig.run(_settings(options), as_json=options.json)


def backup(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import backup

    return backup.back_up(_of_kept(options), options.file, whole=options.whole)


def restore(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import backup

    return backup.bring_back(_settings(options), options.file, ballots=options.ballots)


def doctor(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import doctor

    return doctor.run(_settings(options), as_json=options.json)


def report(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import report

    return report.run(_of_kept(options), first=options.first, last=options.last, out=options.out, as_csv=options.csv)


def dashboard(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import dashboard

    return dashboard.run(_settings(options), host=options.host, port=options.port)


def demo(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import demo
    from bot.demo.script import read_quarter
    from bot.keeping import cache_folder

    if options.no_serve != bool(options.db):
        parser.error("a demo is kept with both: mandate-bot demo --no-serve --db FILE")
    quarter, cache = read_quarter(), cache_folder()
    return demo.keep(quarter, cache, options.db) if options.no_serve else demo.serve(quarter, cache, options.port)


def run(options: argparse.Namespace, parser: argparse.ArgumentParser) -> int:
    from bot.commands import run

    if options.processes > 1 and options.http is None:
        parser.error("--processes shares one address between processes, so it needs --http HOST:PORT")
    return run.run(_settings(options), http=options.http, processes=options.processes)


def _settings(options: argparse.Namespace) -> "Settings":
    from bot.settings import Settings

    return Settings.from_env(knowledge=options.knowledge, db=options.db)


def _of_kept(options: argparse.Namespace) -> "Settings":
    """For what only looks: a file that was named has to be there, or a slip of the pen reads as nothing to see."""
    from bot.errors import StorageError

    settings = _settings(options)
    if options.db and not settings.db.exists():
        raise StorageError(f"There is no database at {settings.db}. Leave --db out for the bot's own, or name another.")
    return settings
