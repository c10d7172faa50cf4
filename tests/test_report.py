"""What the board pack says: the right figures of the right days, and nothing that is one person's."""

import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.knowledge import Knowledge
from bot.overview import overview
from bot.polls import SMALLEST_GROUP, Count
from bot.practices import Practice
from bot.report import findings
from bot.report.fitting import fitted
from bot.report.pack import Done, Theme, Topic
from bot.report.page import as_html
from bot.report.tables import tables
from bot.schedule import in_london
from bot.settings import LOCAL_WORKSPACE
from bot.storage import Store
from tests import pack_samples as samples
from tests.pack_quarter import ENTRIES, FIRST, LAST, NOW, ask, fill, group, pack_of
from tests.practice_samples import ELM, OAK

HOSTILE = '</h2><script>alert("1")</script><img src=https://evil.example/x onerror=alert(1)> & =1+1'


def counted(path: Path, first: date, last: date) -> Counter[tuple[str, int | None, str | None]]:
    """By a walk over the rows: outcome, part and entry of every question of these days."""
    found: Counter[tuple[str, int | None, str | None]] = Counter()
    for row in Database(path)["questions"].rows:
        day = in_london(datetime.fromisoformat(row["asked_at"])).date()
        if first <= day <= last and row["workspace"] != LOCAL_WORKSPACE and row["outcome"] != "withdrawn":
            found[(row["outcome"], row["part"], row["entry"])] += 1
    return found


def test_figures_are_those_of_an_independent_count(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    fill(tmp_path / "bot.db")
    rows = counted(tmp_path / "bot.db", FIRST, LAST)

    pack = pack_of(store, knowledge)

    def number(outcome: str | None = None, part: int | None = 0, entry: str | None = None) -> int:
        return sum(
            times
            for (one, of, given), times in rows.items()
            if outcome in (None, one) and part in (0, of) and entry in (None, given)
        )

    found = pack.overview
    assert found.asked == number() > 300
    assert (found.answered, found.suggested, found.unanswered) == tuple(
        map(number, ("answer", "suggestions", "no_answer"))
    )
    assert [(one.number, one.asked, one.answered, one.unanswered) for one in found.parts] == [
        (part, number(part=part), number("answer", part), number("no_answer", part)) for part in (*range(1, 10), None)
    ]
    assert sorted(one.times for one in pack.topics) == sorted(number("answer", entry=entry) for entry in ENTRIES)
    assert pack.not_kept == 0


def test_feedback_is_counted_by_an_independent_count_too(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    fill(tmp_path / "bot.db")
    given = [
        row["helpful"]
        for row in Database(tmp_path / "bot.db")["feedback"].rows
        if FIRST <= in_london(datetime.fromisoformat(row["given_at"])).date() <= LAST
        and row["workspace"] != LOCAL_WORKSPACE
    ]

    pack = pack_of(store, knowledge)

    assert (pack.overview.helpful, pack.overview.not_helpful) == (given.count(1), given.count(0))
    assert sum(pack.reasons.values()) == given.count(0)


@pytest.mark.parametrize(
    ("asked_at", "day"),
    [
        (datetime(2012, 6, 30, 23, 30, tzinfo=UTC), date(2012, 7, 1)),
        (datetime(2012, 10, 27, 23, 30, tzinfo=UTC), date(2012, 10, 28)),  # clocks go back that night
        (datetime(2012, 10, 28, 23, 30, tzinfo=UTC), date(2012, 10, 28)),
        (datetime(2013, 3, 30, 23, 30, tzinfo=UTC), date(2013, 3, 30)),  # clocks go forward that night
        (datetime(2013, 3, 31, 22, 59, tzinfo=UTC), date(2013, 3, 31)),
        (datetime(2013, 3, 31, 23, 0, tzinfo=UTC), date(2013, 4, 1)),
    ],
    ids=str,
)
def test_a_day_is_a_day_in_london(store: Store, knowledge: Knowledge, asked_at: datetime, day: date) -> None:
    ask(store, "who feeds the cat", "U1", asked_at)

    for other in (-1, 0, 1):
        at = day + timedelta(days=other)
        pack = pack_of(store, knowledge, at, at, NOW + timedelta(days=200))
        assert (pack.overview.asked, sum(one.times for one in pack.themes)) == ((1, 1) if other == 0 else (0, 0))


def test_a_theme_is_quoted_once_five_people_asked(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    at = datetime(2012, 11, 5, 9, tzinfo=UTC)
    few = [ask(store, "a planted theme of four", f"U{one}", at) for one in (1, 2, 3, 4, 4, 4)]
    many = [ask(store, "who pays for scans", f"U{one}", at) for one in range(SMALLEST_GROUP)]
    group(tmp_path / "bot.db", few)
    group(tmp_path / "bot.db", many)

    pack = pack_of(store, knowledge)

    assert [(one.question, one.times, one.done) for one in pack.themes] == [
        ("", 6, Done.OPEN),
        ("who pays for scans", 5, Done.OPEN),
    ]
    assert "planted theme" not in as_html(pack) + str(tables(pack))


def test_what_was_answered_goes_by_the_question_of_its_answer(
    store: Store, knowledge: Knowledge, tmp_path: Path
) -> None:
    asked = ask(store, "my own planted words", "U1", datetime(2012, 11, 5, 9, tzinfo=UTC))
    group(tmp_path / "bot.db", [asked], "linked", entry=ENTRIES[0])

    [theme] = pack_of(store, knowledge).themes

    assert (theme.question, theme.done) == (knowledge.entries[ENTRIES[0]].question, Done.LINKED)


def test_what_one_answer_answers_is_one_theme(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    at = datetime(2012, 11, 5, 9, tzinfo=UTC)
    for number, state in enumerate(("answered", "linked", "linked")):
        group(tmp_path / "bot.db", [ask(store, f"words {number}", "U1", at)], state, entry=ENTRIES[0])

    [theme] = pack_of(store, knowledge).themes

    assert (theme.times, theme.done) == (3, Done.ANSWERED)


def test_a_poll_has_a_chart_where_there_is_room_and_else_a_line() -> None:
    roomy, full = fitted(samples.ordinary()), fitted(samples.busy())

    assert [one.number for one in roomy.charted] == [2, 1]
    assert full.charted == ()
    assert len(full.listed) == 12
    assert full.most >= 1


def test_what_was_dismissed_says_why(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    asked = ask(store, "my own planted words", "U1", datetime(2012, 11, 5, 9, tzinfo=UTC))
    group(tmp_path / "bot.db", [asked], "dismissed")

    page = as_html(pack_of(store, knowledge))

    assert "Dismissed because it is not about the mandate or the CCG (1)." in page
    assert "planted" not in page


def test_a_question_that_was_taken_back_counts_nowhere(store: Store, knowledge: Knowledge) -> None:
    asked = ask(store, "planted words", "U1", datetime(2012, 11, 5, 9, tzinfo=UTC))
    store.questions.withdraw("T1", asked)

    pack = pack_of(store, knowledge)

    assert (pack.overview.asked, pack.themes) == (0, ())
    assert "planted" not in as_html(pack)


def test_what_is_no_longer_kept_in_words_is_said(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    fill(tmp_path / "bot.db")
    before = pack_of(store, knowledge)
    store.house.purge(NOW + timedelta(days=110))

    after = pack_of(store, knowledge)

    assert after.overview == before.overview
    assert after.not_kept > 0
    assert f"{after.not_kept} questions are counted by part, but no longer kept in words" in as_html(after)


def test_of_words_that_are_no_longer_kept_nothing_is_said_for_certain(
    store: Store, knowledge: Knowledge, tmp_path: Path
) -> None:
    store.practices.replace_register([ELM, OAK])
    fill(tmp_path / "bot.db")
    store.house.purge(NOW + timedelta(days=500))

    pack = pack_of(store, knowledge)

    assert pack.overview.asked == pack.not_kept > 300
    assert findings.of_topics(pack) == "Which answers were given most often is not known."
    assert findings.of_themes(pack) == "What had no answer is no longer known in words; its number stands above."
    assert findings.of_reach(pack).startswith("How many practices asked is no longer known, and ")


def test_of_words_that_are_kept_in_part_it_is_said_that_they_are(
    store: Store, knowledge: Knowledge, tmp_path: Path
) -> None:
    store.practices.replace_register([ELM, OAK])
    fill(tmp_path / "bot.db")
    store.house.purge(NOW + timedelta(days=110))

    pack = pack_of(store, knowledge)

    assert "questions that are still kept in words went to 3 answers" in findings.of_topics(pack)
    assert findings.of_reach(pack).startswith("At least 2 of 2 practices in the register asked something")


def test_findings_of_what_is_kept_in_part_say_so() -> None:
    pack = replace(samples.ordinary(), not_kept=9)

    assert findings.of_topics(pack).endswith("questions that are still kept in words and were answered at once.")
    assert "on 5 themes that are still kept in words had no answer" in findings.of_themes(pack)


def test_one_question_that_belongs_to_no_part_is_one() -> None:
    pack = replace(samples.empty(), overview=overview([samples.asked(None, "answer", 1)], FIRST, LAST))

    assert "1 belongs to no part of the mandate" in " ".join(findings.beside_coverage(pack))


def test_practices_of_the_register_that_asked_are_counted(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    fill(tmp_path / "bot.db")
    store.practices.replace_register([ELM, OAK, Practice("Z81003", "QUIET SURGERY")])

    reach = pack_of(store, knowledge).reach

    assert (reach.practices, reach.asked, reach.took_part, reach.areas) == (3, 2, 0, ())


def test_small_localities_stand_together(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    fill(tmp_path / "bot.db")
    codes = [f"Z8100{number}" for number in range(1, 10)] + ["Z81010", "Z81011", "Z81012"]
    store.practices.replace_register([Practice(code, f"Practice {code}") for code in codes])
    store.practices.set_localities(dict(zip(codes, ["North"] * 3 + ["South"] * 2 + ["West"] * 7, strict=True)))

    areas = pack_of(store, knowledge).reach.areas

    assert [(one.name, one.practices, one.asked) for one in areas] == [("West", 7, 0), ("Other localities", 5, 2)]


def test_nobody_and_no_single_persons_words_stand_in_it(store: Store, knowledge: Knowledge, tmp_path: Path) -> None:
    fill(tmp_path / "bot.db")

    pack = pack_of(store, knowledge)

    said = as_html(pack, beside="pack") + str(tables(pack))
    assert "planted" not in said.casefold()


def test_what_people_typed_is_escaped() -> None:
    pack = samples.ordinary()
    pack = replace(
        pack,
        ccg_name=HOSTILE,
        topics=(Topic(HOSTILE, 1, 2),),
        themes=(Theme(HOSTILE, 1, 9, Done.DISMISSED, HOSTILE),),
        results=(
            samples.result(
                1,
                HOSTILE,
                (Count(replace(samples.MORNINGS, text=HOSTILE, options=(HOSTILE, "B", "C")), (8, 9, 9), 26),),
                heard=HOSTILE,
                will_do=HOSTILE,
                notes=(HOSTILE,),
            ),
        ),
    )

    page = Tags(as_html(pack))

    assert "script" not in page.tags
    assert "img" not in page.tags


def test_nothing_is_fetched_from_anywhere() -> None:
    for pack in (samples.ordinary(), samples.busy(), samples.empty()):
        text = as_html(pack, beside="pack")

        assert not re.search(r"https?:|//|url\(|@import", text)
        assert not {"src", "href", "xlink:href", "srcset"} & Tags(text).attributes


def test_the_page_can_be_read_aloud() -> None:
    page = Tags(as_html(samples.ordinary()))

    assert page.of("html")[0]["lang"] == "en-GB"
    assert len(page.of("h1")) == 1
    assert len(page.of("caption")) == len(page.of("table"))
    assert all("scope" in one for one in page.of("th"))
    assert page.of("svg")
    assert all(one["role"] == "img" and one["aria-label"].startswith("Bar chart. ") for one in page.of("svg"))
    assert len(page.of("figcaption")) == len(page.of("svg"))


def test_an_empty_quarter_reads_sensibly(store: Store, knowledge: Knowledge) -> None:
    page = as_html(pack_of(store, knowledge))

    assert "Nobody asked anything in this period." in page
    assert "No question was left without an answer." in page
    assert "No poll closed in this period." in page
    assert "Practices were not asked to appraise the Board in a poll that closed in this period." in page


def test_an_invented_database_says_so_at_the_top_of_both_pages(store: Store, knowledge: Knowledge) -> None:
    before = as_html(pack_of(store, knowledge))
    store.house.mark_invented(NOW)

    after = as_html(pack_of(store, knowledge))

    assert (before.count("Invented:"), after.count("Invented:")) == (0, 2)


def test_each_section_begins_with_its_finding() -> None:
    pack = samples.ordinary()

    assert findings.of_coverage(pack) == "Practices asked 661 questions; 89% were answered at once."
    assert findings.of_topics(pack) == "Five answers out of 12 met 46% of the 414 questions that were answered at once."
    assert findings.of_themes(pack).endswith("3 of the themes have been dealt with and 2 are still open.")
    assert findings.of_polls(pack).startswith("2 polls closed; for 1 of them it has been said what will be done.")
    assert findings.of_appraisal(pack).endswith("32 of 40 practices took part (80%).")


@pytest.mark.parametrize(
    ("last", "said"),
    [
        (date(2012, 10, 1), "1 October 2012"),
        (date(2012, 10, 31), "1 to 31 October 2012"),
        (date(2012, 12, 31), "1 October to 31 December 2012"),
        (date(2013, 10, 1), "1 October 2012 to 1 October 2013"),
    ],
    ids=str,
)
def test_a_span_says_month_and_year_once_where_they_are_the_same(last: date, said: str) -> None:
    assert findings.span(FIRST, last) == said


def test_a_share_is_never_rounded_to_all_or_nothing() -> None:
    assert [findings.share(one, 1_000) for one in (0, 1, 500, 999, 1_000)] == ["0%", "1%", "50%", "99%", "100%"]
    assert findings.share(0, 0) == "–"


def test_a_mention_in_what_was_typed_names_nobody() -> None:
    typed = "ask <@U0123ABC> or <@U0123ABC|jo> in <#C0123ABC|general>"

    assert findings.without_ids(typed) == "ask somebody or somebody in general"


def test_cells_of_the_tables_run_no_formula() -> None:
    pack = replace(samples.ordinary(), topics=(Topic("=HYPERLINK(1)", 1, 3),))

    assert "'=HYPERLINK(1),1,3" in tables(pack)["questions"]


class Tags(HTMLParser):
    """The tags of a page, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._found.append((tag, {name: value or "" for name, value in attrs}))

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self._found}

    @property
    def attributes(self) -> set[str]:
        return {name for _, held in self._found for name in held}

    def of(self, tag: str) -> list[dict[str, str]]:
        return [held for name, held in self._found if name == tag]
