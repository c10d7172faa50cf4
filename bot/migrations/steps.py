"""The lists that the steps stand in, and how a step is carried out."""

import sqlite3

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("mandate-bot")
ballot_migrations = Migrations("mandate-bot-ballots")  # of the file that holds anonymous votes


def execute(db: Database, script: str) -> None:
    """Carry out statements within the caller's transaction."""
    # sqlite3's own executescript commits first, and a step has to happen whole or not at all.
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            db.conn.execute(statement)
            statement = ""
