"""What an information governance lead asks for: out of the settings and the schema, so that it cannot drift."""

import json

from bot.retention import RETENTION
from bot.storage import Store
from tests.process import Run

NAMES = ("MANDATE_CONTROLLER", "MANDATE_PROCESSOR", "MANDATE_LEGAL_BASIS", "MANDATE_DPIA", "MANDATE_LEADS")


def test_what_is_not_set_says_which_setting_to_set(bot: Run) -> None:
    said = bot("ig").stdout.decode()

    assert [name for name in NAMES if f"not set: set {name}" not in said] == []


def test_what_is_set_is_printed(bot: Run) -> None:
    said = bot(
        "ig", **{name: f"our {name[8:].lower()}" for name in NAMES}, MANDATE_CCG_NAME="Anytown CCG"
    ).stdout.decode()

    assert [name for name in NAMES[:4] if f"our {name[8:].lower()}" not in said] == []
    assert "owner: Anytown CCG" in said
    assert "not set" not in said


def test_it_prints_every_retention_the_flows_and_what_slack_keeps(bot: Run) -> None:
    said = bot("ig").stdout.decode()

    assert [kept.name for kept in RETENTION if f"{kept.name} ({kept.holds}): {kept.how_long}" not in said] == []
    for words in (
        "It keeps its copy of every message and file under the workspace's retention",
        "Polls and what came of them, published answers and their versions are records of the CCG.",
        "this bot to anywhere else: nothing",
        "bot-ballots.db",
        "backups",
    ):
        assert words in said


def test_as_json_it_has_the_columns_of_every_table_as_they_are_in_the_database(bot: Run, store: Store) -> None:
    found = json.loads(bot("ig", "--json").stdout)

    columns = {kept["table"]: kept["columns"] for kept in found["retention"] if kept["table"] != "backups"}
    assert columns == store.people.schema() | store.ballot_boxes.schema()
