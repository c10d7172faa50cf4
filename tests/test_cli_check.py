"""Checking a knowledge folder from the command line."""

from pathlib import Path

from tests.process import Run


def test_check_passes_on_the_shipped_knowledge(bot: Run) -> None:
    done = bot("check")

    assert done.returncode == 0, done.stdout
    assert b"no errors, no warnings" in done.stdout


def test_check_prints_every_problem_of_another_folder(bot: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "one.yaml").write_text("- id: a\n  colour: blue\n")

    done = bot("check", str(folder))

    assert done.returncode == 1
    assert b'mine/one.yaml: entry "a": "colour" is not a key the bot knows' in done.stdout
    assert b'"question" is missing' in done.stdout


MINE = (
    "- {id: a, question: Good day to all of you?, also: [x], answer: Y., sources: [a], edition: context,"
    " checked: 2012-11-01, owner: me, review_by: 2000-01-01}\n"
)
SOURCE = "a: {title: A, publisher: B, date: '2012', address: 'https://example.org'}\n"


def test_an_entry_is_found_by_its_own_words_even_when_they_look_like_small_talk(bot: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "sources.yaml").write_text(SOURCE)
    (folder / "small-talk.yaml").write_text("- {id: hello, also: [good day to all off you], answer: Hello.}\n")
    (folder / "one.yaml").write_text(MINE)

    done = bot("check", str(folder))

    assert done.returncode == 0, done.stdout
    assert b'warning: mine/one.yaml: entry "a": "review_by" was 2000-01-01; the review is overdue' in done.stdout
    assert b"8 or more are found better" in done.stdout


def test_check_reports_words_that_two_records_claim(bot: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "sources.yaml").write_text(SOURCE)
    (folder / "glossary.yaml").write_text("- {id: x, term: X, expansion: the unknown, meaning: Nobody knows.}\n")
    (folder / "one.yaml").write_text(MINE)
    (folder / "two.yaml").write_text(MINE.replace("id: a", "id: b"))

    done = bot("check", str(folder))

    assert done.returncode == 1
    assert b'"also" has "X", which also stands under "a" (mine/one.yaml)' in done.stdout
    assert b'entry "b": "also" has "x", which also stands under "a"' in done.stdout
    assert b'is answered with "b" instead' in done.stdout


def test_broken_knowledge_stops_an_answer_with_its_problems(bot: Run, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "one.yaml").write_text("- id: [unclosed\n")

    done = bot("ask", "anything", "--knowledge", str(folder))

    assert done.returncode == 1
    assert b"mine/one.yaml: is not valid YAML (line 2)" in done.stderr


def test_a_folder_that_is_not_there_is_named_as_it_was_typed(bot: Run) -> None:
    for option in ((), ("--confusions",)):
        done = bot("check", "nonsense", *option)

        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr == b'"nonsense" is not a folder. Give the folder that holds the YAML files.\n'
