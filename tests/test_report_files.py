"""`mandate-bot report`: the files that it writes, what it refuses, and what comes out of a printer."""

import csv
import io
import shutil
import stat
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PageObject, PdfReader

from bot.__main__ import main
from bot.commands.report import span
from bot.errors import BotError
from bot.report.pack import Pack
from bot.report.page import as_html
from bot.report.tables import HEADERS, tables
from bot.storage import Store
from tests import pack_samples as samples
from tests.process import ROOT, Run

CHROMIUM = shutil.which("chromium")
QUARTER = ("report", "--from", "2012-10-01", "--to", "2012-12-31", "--out", "pack.html")
TODAY = date(2013, 1, 3)


def make(folder: Path, *more: str, out: str = "pack.html") -> int:
    """The command, run here on a database in `folder`."""
    Store(folder / "bot.db").close()
    return main([*QUARTER[:-1], str(folder / out), "--db", str(folder / "bot.db"), *more])


def test_the_command_writes_a_page_that_its_owner_alone_can_read(bot: Run, tmp_path: Path) -> None:
    done = bot(*QUARTER)

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Wrote pack.html" in done.stdout
    assert stat.S_IMODE((tmp_path / "pack.html").stat().st_mode) == 0o600
    assert "1 October to 31 December 2012" in (tmp_path / "pack.html").read_text()


def test_each_table_lies_beside_the_page_on_request(tmp_path: Path) -> None:
    assert make(tmp_path, "--csv") == 0

    made = sorted(tmp_path.glob("pack-*.csv"))
    assert [path.name for path in made] == sorted(f"pack-{name}.csv" for name in HEADERS)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in made)
    rows = list(csv.reader(io.StringIO((tmp_path / "pack-parts.csv").read_text("utf-8-sig"))))
    assert rows[1] == ["1", "Preventing people from dying prematurely", "0", "0", "0"]


def test_without_the_option_there_is_no_table(tmp_path: Path) -> None:
    make(tmp_path)

    assert list(tmp_path.glob("*.csv")) == []


def test_an_earlier_pack_is_replaced(tmp_path: Path) -> None:
    make(tmp_path, "--csv")
    before = (tmp_path / "pack.html").stat().st_ino

    assert make(tmp_path, "--csv") == 0
    assert (tmp_path / "pack.html").stat().st_ino != before


@pytest.mark.parametrize("name", ["pack.html", "pack-polls.csv"])
def test_a_file_of_somebody_elses_stays_and_nothing_is_written(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text("mine")

    assert make(tmp_path, "--csv") == 1

    assert (tmp_path / name).read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir() if path.suffix in (".html", ".csv")] == [name]
    assert "is no earlier board pack, so nothing was written" in capsys.readouterr().err


def test_a_link_is_not_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pack.html").symlink_to(tmp_path / "elsewhere.html")

    assert make(tmp_path) == 1
    assert not (tmp_path / "elsewhere.html").exists()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make(tmp_path, out="no/pack.html") == 1

    assert "There is no folder" in capsys.readouterr().err


def test_the_page_needs_a_name_that_a_browser_opens(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make(tmp_path, out="pack.csv") == 1

    assert "--out takes the name of a page, such as pack.html" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2012-13-01", "2012-12-31", "--from takes a day such as 2012-10-01 (year, month, day); found 2012-13-01."),
        ("2012-10-01", "31/12/2012", "--to takes a day such as 2012-10-01 (year, month, day); found 31/12/2012."),
        ("2012-12-31", "2012-10-01", "--to 2012-10-01 lies before --from 2012-12-31."),
        ("2010-10-01", "2012-12-31", "is more than a year"),
        ("2013-01-04", "2013-01-05", "--from 2013-01-04 is still to come"),
        ("0000-00-00", "9999-99-99", "--from takes a day"),
        ("٢٠١٢-10-01", "2012-12-31", "--from takes a day"),
    ],
)
def test_days_that_make_no_span_are_refused(first: str, last: str, said: str) -> None:
    with pytest.raises(BotError, match=r".") as refused:
        span(first, last, TODAY)

    assert said in str(refused.value)


def test_a_span_may_be_a_day_or_not_be_over() -> None:
    assert span("2013-01-03", "2013-01-03", TODAY) == (TODAY, TODAY)
    assert span("2012-10-01", "2013-09-30", TODAY) == (date(2012, 10, 1), date(2013, 9, 30))
    assert "This period was not over" in as_html(replace(samples.ordinary(), last=date(2013, 3, 31)))


def test_without_what_draws_charts_it_says_what_to_install(bot: Run, tmp_path: Path) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "vl_convert.py").write_text("raise ImportError")

    done = bot(*QUARTER, PYTHONPATH=f"{tmp_path / 'without'}:{ROOT}")

    assert done.returncode == 1
    assert b'pip install ".[charts]"' in done.stderr
    assert not (tmp_path / "pack.html").exists()


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium, which prints the page")
@pytest.mark.parametrize(
    "pack",
    [
        samples.empty(),
        samples.ordinary(),
        samples.busy(),
        samples.busy(samples.LONG.upper()),
        samples.busy("病院の予約について知りたい。" * 7),
        replace(samples.busy(), results=samples.busy().polls),
    ],
    ids=["empty", "ordinary", "busy", "busy in capitals", "busy in wide letters", "busy without an appraisal"],
)
def test_it_prints_to_two_sides_of_a4(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "pack.html").write_text(as_html(pack, beside="pack"))

    pages = printed(tmp_path)

    assert [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages] == [(595, 842)] * 2
    assert "What practices said in polls" in pages[1].extract_text()


def test_what_does_not_fit_is_in_the_tables() -> None:
    pack = samples.busy()

    page, beside = as_html(pack, beside="pack"), tables(pack)

    assert "and 194 more answers: all are in pack-questions.csv." in page
    assert len(beside["questions"].splitlines()) == 1 + 200


def printed(folder: Path) -> list[PageObject]:
    """The pages of the board pack in `folder` as a printer has them."""
    assert CHROMIUM
    subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder / 'browser'}",
            f"--print-to-pdf={folder / 'pack.pdf'}",
            (folder / "pack.html").as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=100,
    )
    return list(PdfReader(folder / "pack.pdf").pages)
