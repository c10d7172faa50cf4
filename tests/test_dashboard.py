"""The dashboard's pages: what they say, what they find, and that they say it safely."""

import csv
import io
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from datasette.app import Datasette

from bot.dashboard.queries import READABLE
from bot.overview import Overview, overview
from bot.storage import Store
from tests.dashboard_samples import HOSTILE, SECRET_PERSON, fill, get, shown
from tests.process import Run

PAGES = ("/", "/unanswered", "/entries", "/polls", "/polls/1", "/polls/2", "/practices")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    fill(tmp_path / "bot.db")
    return tmp_path / "bot.db"


@pytest.fixture
def dashboard(database: Path) -> Iterator[Datasette]:
    with shown(database) as made:
        yield made


def tile(page: str, name: str) -> str:
    """What stands in one of the figures on top of the overview, in words."""
    found = re.search(rf'data-name="{name}"><dt>.*?</dt><dd>(.*?)</dd>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def total(page: str) -> int:
    found = re.search(r'data-total="(\d+)"', page)
    assert found
    return int(found[1])


@pytest.mark.parametrize("address", PAGES)
def test_each_page_opens_in_our_own_clothes(dashboard: Datasette, address: str) -> None:
    response = get(dashboard, address)

    assert response.status_code == 200
    assert '<html lang="en-GB">' in response.text
    assert response.text.count("<h1>") == 1
    assert "Anytown CCG" in response.text
    assert 'aria-current="page"' in response.text


def test_the_overview_has_the_figures(dashboard: Datasette) -> None:
    page = get(dashboard, "/").text

    assert "5 November 2012 to 7 January 2013" in page
    assert tile(page, "asked") == "50"
    assert tile(page, "answered") == "60% 30"
    assert tile(page, "suggested") == "20% 10"
    assert tile(page, "unanswered") == "20% 10"
    assert tile(page, "helpful") == "75% 3 of 4 who said"
    assert tile(page, "median").startswith("2 hours 2 questions")
    assert tile(page, "refused") == "2"
    assert "Practices asked most about part 1, preventing people from dying prematurely" in page


def test_the_figures_are_those_that_the_core_makes_of_the_roll_ups(dashboard: Datasette, database: Path) -> None:
    store = Store(database)
    first, last = date(2012, 11, 12), date(2012, 12, 6)
    expected: Overview = overview(store.rollups.figures(first, last), first, last)
    store.close()

    page = get(dashboard, "/?from=2012-11-12&to=2012-12-06").text

    assert tile(page, "asked") == str(expected.asked)
    assert tile(page, "helpful") == f"{expected.helpful_share:.0%} {expected.helpful} of 3 who said"
    rows = json.loads(get(dashboard, "/data/overview-weeks.json?from=2012-11-12&to=2012-12-06&_shape=array").text)
    assert [(row["week"], row["asked"], row["answered"]) for row in rows] == [
        (week.starts.isoformat(), week.asked, week.answered) for week in expected.weeks
    ]


@pytest.mark.parametrize(
    ("waits", "said"),
    [
        ([60], "60 minutes 1"),
        ([60, 180], "2 hours 2"),
        ([60, 60, 300], "60 minutes 3"),
        ([60, 60, 180, 180], "2 hours 4"),
    ],
)
def test_the_median_wait_is_that_in_the_middle_or_between_the_two(
    dashboard: Datasette, database: Path, waits: list[int], said: str
) -> None:
    with sqlite3.connect(database) as db:
        detail = json.dumps({"part": 2, "waited": [[wait, "direct"] for wait in waits]})
        db.execute("UPDATE moves SET detail = ?", (detail,))
    db.close()

    page = get(dashboard, "/").text

    assert tile(page, "median").startswith(f"{said} question")


def test_what_is_about_no_part_is_said_and_not_drawn(dashboard: Datasette) -> None:
    page = get(dashboard, "/").text

    assert "5 of 50 questions were about no part of the mandate." in page
    [drawn] = re.findall(r'data-name="parts".*?<script type="application/json">(.*?)</script>', page, re.DOTALL)
    assert "9. Assessing progress" in drawn
    assert "No part" not in drawn
    assert '<th scope="row">No part of the mandate</th>' in page


def test_a_new_database_says_that_nothing_was_asked(tmp_path: Path) -> None:
    Store(tmp_path / "bot.db").close()

    with shown(tmp_path / "bot.db") as dashboard:
        pages = {
            address: get(dashboard, address) for address in ("/", "/unanswered", "/entries", "/polls", "/practices")
        }

    assert {response.status_code for response in pages.values()} == {200}
    assert "Nothing was asked yet" in pages["/"].text


def test_days_that_are_no_days_show_the_latest_weeks(dashboard: Datasette) -> None:
    assert tile(get(dashboard, "/?from=soon&to=9999-99-99").text, "asked") == "50"


def test_the_queue_begins_with_what_is_open(dashboard: Datasette) -> None:
    page = get(dashboard, "/unanswered").text

    assert total(page) == 4
    assert "when is lunch" not in page
    assert "taken back or has gone" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("state=", 6),
        ("state=dismissed", 1),
        ("state=&part=2", 2),
        ("state=&part=0", 1),
        ("state=&age=over+4+weeks", 2),
        ("state=&part=1&age=over+4+weeks", 1),
        ("state=&search=dementia", 2),
        ("state=&search=DEMENTIA++beds", 2),
        ("state=&search=100%25", 1),
        ("state=&search=_", 0),
        ("state=&search=%22", 1),
        ("state=&search=%5C%22%5D", 0),
        ("state=no-such-state", 0),
    ],
)
def test_facets_and_words_filter_the_queue(dashboard: Datasette, asked: str, found: int) -> None:
    page = get(dashboard, f"/unanswered?{asked}").text

    assert total(page) == found
    assert len(get(dashboard, f"/data/unanswered.json?{asked}&_shape=array").json()) == found


def test_each_choice_says_how_many_it_shows(dashboard: Datasette) -> None:
    page = get(dashboard, "/unanswered?state=&part=2").text

    assert '<option value="answered">Answered (1)</option>' in page
    assert (
        '<option value="2" selected>2. Enhancing quality of life for people with long-term conditions (2)</option>'
        in page
    )


def test_a_long_queue_has_pages(tmp_path: Path) -> None:
    fill(tmp_path / "bot.db")
    with sqlite3.connect(tmp_path / "bot.db") as db:
        row = "'T1', 'new', 1, 1, 1, 1, '2012-11-05T09:00:00', '2012-11-05T09:00:00'"
        columns = "workspace, state, version, times, people, practices, first_asked_at, last_asked_at"
        db.executemany(f"INSERT INTO groups ({columns}) VALUES ({row})", [()] * 101)
    db.close()

    with shown(tmp_path / "bot.db") as dashboard:
        pages = [get(dashboard, f"/unanswered?page={number}").text for number in (1, 3, "x")]
        data = get(dashboard, "/data/unanswered.json?_shape=array").json()

    assert 'href="/unanswered?state=open&amp;part=&amp;age=&amp;search=&amp;page=2"' in pages[0]
    assert [page.count('<th scope="row">') for page in pages] == [50, 5, 50]
    assert "Page 3 of 3" in pages[1]
    assert 'rel="next"' in pages[0]
    assert 'rel="next"' not in pages[1]
    assert len(data) == 107


def test_entries_say_what_was_served_and_why_it_did_not_help(dashboard: Datasette) -> None:
    page = get(dashboard, "/entries").text

    assert "2 answers. 1 was never asked for, 1 is not reviewed" in page
    assert "wrong: 1" in page
    assert "22 November 2012" in page


@pytest.mark.parametrize(
    ("only", "left"), [("never", "carers"), ("asked", "health-checks"), ("not-reviewed", "carers")]
)
def test_entries_can_be_narrowed(dashboard: Datasette, only: str, left: str) -> None:
    page = get(dashboard, f"/entries?show={only}").text

    assert re.findall(r"<code>(.*?)</code>", page) == [left]


def test_a_poll_shows_its_charts_its_rate_its_notes_and_its_outcome(dashboard: Datasette) -> None:
    page = get(dashboard, "/polls/1").text

    assert "12 of 48" in page
    assert "25%" in page
    assert "Localities with fewer than 5 people stand together." in page
    assert "Talks on Tuesdays." in page
    assert "On average 4.5 of 5." in page
    assert page.count('class="chart"') == 2
    assert '<tr><th scope="row">A Tuesday</th><td class="number" data-label="People">7</td></tr>' in page


def test_an_open_anonymous_poll_says_nothing_of_who_took_part(dashboard: Datasette) -> None:
    page = get(dashboard, "/polls/2").text

    assert "Said once it is closed" in page
    assert 'class="chart"' not in page


def test_a_poll_that_is_not_there_is_not_found(dashboard: Datasette) -> None:
    assert get(dashboard, "/polls/99").status_code == 404


def test_practices_show_who_took_part(dashboard: Datasette) -> None:
    page = get(dashboard, "/practices").text

    assert "1 of 3 practices have asked something or taken part in a poll" in page
    assert '<td class="number" data-label="Questions">4</td><td class="number" data-label="Polls">1</td>' in page


@pytest.mark.parametrize("address", PAGES)
def test_what_people_typed_is_shown_as_text(dashboard: Datasette, address: str) -> None:
    page = get(dashboard, address + ("?state=" if address == "/unanswered" else "")).text

    for tag in ("<script>alert", "<img src=x", "<b>Thursday", "talks be? <i>"):
        assert tag not in page


def test_no_cell_of_a_csv_file_runs_as_a_formula(dashboard: Datasette, database: Path) -> None:
    with sqlite3.connect(database) as db:
        db.execute("UPDATE questions SET question = '=HYPERLINK(1)' WHERE question = ?", (HOSTILE,))
    db.close()

    response = get(dashboard, "/data/unanswered.csv?state=new")

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [row[0] for row in rows] == ["question", "beds for Dementia patients", "'=HYPERLINK(1)"]
    assert response.headers["content-disposition"] == 'attachment; filename="unanswered.csv"'


@pytest.mark.parametrize("address", PAGES)
def test_each_page_links_its_data_and_every_link_leads_somewhere(dashboard: Datasette, address: str) -> None:
    page = get(dashboard, address).text

    links = [link.replace("&amp;", "&") for link in re.findall(r'(?:href|src)="([^"#]+)"', page)]
    assert any(".csv" in link for link in links)
    assert any(".json" in link for link in links)
    assert {get(dashboard, link).status_code for link in links} == {200}


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_fetched_from_anywhere_else(dashboard: Datasette, address: str) -> None:
    response = get(dashboard, address)

    assert all(link.startswith("/") for link in re.findall(r'(?:href|src|action)="([^"#][^"]*)"', response.text))
    assert "//" not in re.sub(r"</?[^>]*>", "", response.text)
    assert "default-src 'none'; script-src 'self'" in response.headers["content-security-policy"]
    assert "unsafe" not in response.headers["content-security-policy"]


def test_each_chart_has_a_title_words_and_a_table(dashboard: Datasette) -> None:
    for address in ("/", "/entries", "/polls", "/polls/1", "/practices"):
        page = get(dashboard, address).text
        figures = re.findall(r'<section class="figure" aria-labelledby="chart-.*?</section>', page, re.DOTALL)

        assert figures
        for figure in figures:
            assert re.search(r'<h2 id="chart-[\w-]+">[^<]+</h2>', figure)
            assert re.search(r'role="img" aria-label="Bar chart[^"]+"', figure)
            assert "<caption>" in figure
            assert 'tabindex="0"' in figure
            spec = re.search(r'<script type="application/json">(.*?)</script>', figure, re.DOTALL)
            assert spec
            assert json.loads(spec[1])["width"] == "container"


def test_a_made_up_database_says_so_on_every_page(tmp_path: Path) -> None:
    fill(tmp_path / "bot.db", is_demo=True)

    with shown(tmp_path / "bot.db") as dashboard:
        pages = [get(dashboard, address).text for address in (*PAGES, "/nowhere")]

    assert all("<strong>Invented.</strong>" in page for page in pages)


def test_a_real_database_does_not_say_that_it_is_made_up(dashboard: Datasette) -> None:
    assert "Invented" not in get(dashboard, "/").text


def test_nobody_is_named_in_any_page_or_data(dashboard: Datasette) -> None:
    addresses = [*PAGES, "/unanswered?state="]
    for name, query in READABLE.items():
        asked = "?id=1" if query.parameters == ("id",) else ""
        addresses += [f"/data/{name}.csv{asked}", f"/data/{name}.json{asked}"]

    responses = [get(dashboard, address) for address in addresses]

    assert {response.status_code for response in responses} == {200}
    assert not any(SECRET_PERSON in response.text for response in responses)


def test_it_reads_while_the_bot_writes_and_leaves_nothing_that_harms(database: Path) -> None:
    store = Store(database)
    with shown(database) as dashboard:
        before = tile(get(dashboard, "/").text, "asked")
        with sqlite3.connect(database) as db:
            row = "'T1', 'direct', 'answer', 1, '2013-01-07T10:00:00'"
            db.execute(f"INSERT INTO questions (workspace, surface, outcome, confidence, asked_at) VALUES ({row})")
        db.close()
        after = tile(get(dashboard, "/").text, "asked")
        store.close()
    again = Store(database)
    again.house.purge(datetime(2013, 1, 8, tzinfo=UTC))
    again.close()

    assert (before, after) == ("50", "51")
    assert not database.with_name("bot.db-wal").exists()
    assert {path.stat().st_mode & 0o077 for path in database.parent.glob("bot.db*")} == {0}


def test_a_database_without_a_bot_is_not_changed(database: Path) -> None:
    before = database.read_bytes()

    with shown(database) as dashboard:
        get(dashboard, "/")

    assert database.read_bytes() == before
    left = database.with_name("bot.db-wal")
    assert not left.exists() or left.stat().st_size == 0


def test_a_missing_database_is_not_made(bot: Run, tmp_path: Path) -> None:
    done = bot("dashboard", "--db", "nowhere.db")

    assert done.returncode == 1
    assert b"There is no database at nowhere.db. Start the bot once, which makes it" in done.stderr
    assert not (tmp_path / "nowhere.db").exists()


def test_a_database_of_an_older_version_is_left_as_it_is(bot: Run, database: Path) -> None:
    with sqlite3.connect(database) as db:
        db.execute("DROP VIEW dashboard_polls")
    db.close()

    done = bot("dashboard")

    assert done.returncode == 1
    assert b"was made by an older version" in done.stderr
    assert b"Start the bot once with this version" in done.stderr


def test_without_its_packages_it_says_how_to_get_them(bot: Run, tmp_path: Path) -> None:
    (tmp_path / "datasette").mkdir()
    (tmp_path / "datasette" / "__init__.py").write_text("raise ModuleNotFoundError(name='datasette')")
    root = str(Path(__file__).parent.parent)

    done = bot("dashboard", PYTHONPATH=os.pathsep.join([str(tmp_path), root]))

    assert done.returncode == 1
    assert done.stderr.decode().strip().endswith('pip install "mandate-bot[dashboard]"')
