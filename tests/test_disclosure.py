"""Small groups: from everything that is ever published of a poll nobody works out the answers of fewer than five."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.polls import SMALLEST_GROUP, Answer, Question, Tally, Vote, tally
from bot.polls.disclosure import (
    NO_LOCALITY,
    OTHERS,
    Counted,
    Group,
    Publication,
    by_locality,
    by_practice,
    counted,
    one_voice_each,
    publish,
    rolled_up,
)
from bot.polls.mixing import is_mixed

NOW = datetime(2012, 11, 30, 17, tzinfo=UTC)
QUESTIONS = (Question("Which?", options=("Local", "National", "Neither")),)


def vote(voter: str, choice: int = 0, practice: str | None = None) -> Vote:
    return Vote(0, voter, voter, practice, (Answer((choice,)),), NOW)


def ballots(choices: dict[str, int], localities: dict[str, str] | None = None) -> list[Counted]:
    where = localities or {}
    return [Counted(vote(who, what), (who, str(what)), where.get(who, "")) for who, what in choices.items()]


def people(*numbers: int) -> dict[str, int]:
    return {f"U{number}": 0 for number in numbers}


def group(choices: dict[str, int]) -> Group:
    return frozenset((who, str(what)) for who, what in choices.items())


def about(groups: Sequence[Group], factors: Iterable[int]) -> set[str]:
    """Whose answers a sum of published groups is about."""
    total: dict[tuple[str, str], int] = {}
    for one, factor in zip(groups, factors, strict=True):
        for ballot in one:
            total[ballot] = total.get(ballot, 0) + factor
    return {who for (who, _), number in total.items() if number}


def attack(groups: Sequence[Group]) -> None:
    """Every sum and difference of what was published is about nobody, or about five people or more."""
    for factors in product((-1, 0, 1), repeat=len(groups)):
        found = about(groups, factors)
        assert not 0 < len(found) < SMALLEST_GROUP, (factors, found)


def show(
    choices: dict[str, int],
    localities: dict[str, str] | None = None,
    earlier: Sequence[Publication] = (),
    *,
    first_closing: bool = False,
) -> Publication | None:
    return publish(QUESTIONS, ballots(choices, localities), earlier, with_localities=first_closing)


voters = st.sampled_from([f"U{number}" for number in range(18)])
moves = st.one_of(
    st.tuples(st.just("vote"), st.sets(voters, min_size=1, max_size=9), st.integers(0, 1)),
    st.tuples(st.just("withdraw"), st.sets(voters, min_size=1, max_size=9), st.just(0)),
    st.tuples(st.just("show"), st.just(frozenset[str]()), st.just(0)),
    st.tuples(st.just("close"), st.just(frozenset[str]()), st.just(0)),  # and open again afterwards
)


@settings(max_examples=400, deadline=None)
@given(
    localities=st.dictionaries(voters, st.sampled_from(["North", "South", "East"])),
    start=st.dictionaries(voters, st.integers(0, 1), min_size=5),
    steps=st.lists(moves, max_size=10),
)
def test_no_sum_of_publications_is_about_fewer_than_five(
    localities: dict[str, str], start: dict[str, int], steps: list[tuple[str, set[str], int]]
) -> None:
    choices, published, closings = dict(start), list[Publication](), 0
    for what, whom, choice in [*steps, ("close", set[str](), 0)]:
        if what == "vote":
            choices |= dict.fromkeys(whom, choice)
        elif what == "withdraw":
            choices = {who: said for who, said in choices.items() if who not in whom}
        else:
            shown = show(choices, localities, published, first_closing=what == "close" and closings == 0)
            closings += what == "close"
            published += [shown] if shown else []

    groups = list(dict.fromkeys(one for shown in published for one in shown.groups))
    attack(groups[:8])
    for shown in published:
        assert_counts_are_of_their_groups(shown)
    assert sum(bool(shown.localities) for shown in published) <= 1


def assert_counts_are_of_their_groups(shown: Publication) -> None:
    def counts(one: Iterable[tuple[str, str]]) -> Tally:
        return tally(QUESTIONS, [(Answer((int(choice),)),) for _, choice in one])

    everybody = [ballot for one in shown.groups for ballot in one]
    assert len(everybody) == len(set(everybody))
    assert shown.whole == counts(everybody)
    assert [part.tally for part in shown.localities] == [counts(one) for one in shown.groups if shown.localities]


def test_nothing_is_shown_of_four_votes_and_all_of_five() -> None:
    assert show(people(1, 2, 3, 4)) is None
    assert show(people(1, 2, 3, 4, 5)) is not None


@pytest.mark.parametrize("more", [1, 4])
def test_one_to_four_more_votes_wait(more: int) -> None:
    first = show(people(1, 2, 3, 4, 5))
    assert first

    assert show(people(*range(1, 6 + more)), earlier=[first]) is None


def test_five_more_votes_are_shown() -> None:
    first = show(people(1, 2, 3, 4, 5))
    assert first

    assert show(people(*range(1, 11)), earlier=[first]) is not None


def test_a_vote_changed_and_changed_back_is_no_news() -> None:
    first = show(people(1, 2, 3, 4, 5))
    assert first

    assert show(people(1, 2, 3, 4, 5), earlier=[first]) == first
    assert show(people(1, 2, 3, 4, 5) | {"U1": 1}, earlier=[first]) is None


def test_one_change_goes_unseen_among_four_new_votes() -> None:
    first = show(people(1, 2, 3, 4, 5))
    assert first

    assert show(people(*range(1, 10)) | {"U1": 1}, earlier=[first]) is not None


def test_six_withdrawals_are_shown_and_four_are_not() -> None:
    first = show(people(*range(12)))
    assert first

    assert show(people(*range(6)), earlier=[first]) is not None
    assert show(people(*range(8)), earlier=[first]) is None


def test_three_publications_that_are_safe_in_pairs_may_not_be_together() -> None:
    old, new = people(*range(5)), people(*range(10, 15))

    # The third without the second and with the first would be one person.
    assert not is_mixed([group(old), group(old | new)], [group(new | people(20))], SMALLEST_GROUP)
    assert is_mixed([group(old)], [group(new | people(20))], SMALLEST_GROUP)


def test_somebody_new_does_not_stand_out_from_localities_that_left() -> None:
    north, south = people(*range(5)), people(*range(10, 15))
    localities = dict.fromkeys(north, "North") | dict.fromkeys(south, "South")
    first = show(north | south, localities, first_closing=True)
    assert first
    assert len(first.localities) == 2

    assert show(north | people(20), localities, [first]) is None


def test_localities_are_shown_once() -> None:
    north, south = people(*range(5)), people(*range(10, 15))
    localities = dict.fromkeys(north, "North") | dict.fromkeys(south, "South")
    first = show(north | south, localities, first_closing=True)
    assert first

    second = show(north | south | people(*range(20, 25)), localities, [first], first_closing=True)

    assert second
    assert second.localities == ()


def test_localities_that_would_tell_apart_what_was_shown_live_are_left_out() -> None:
    first = show(people(*range(8)))
    assert first
    # What was shown live, without the North as it closes, would be three people of the South and one of the North.
    north, south = people(*range(5), 20), people(5, 6, 7, 10, 11, 12, 13)
    localities = dict.fromkeys(north, "North") | dict.fromkeys(south, "South")

    shown = show(north | south, localities, [first], first_closing=True)

    assert shown
    assert shown.localities == ()
    assert shown.is_rolled_up


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ({"North": 9, "South": 6}, {"North": {"North"}, "South": {"South"}}),
        ({"North": 9, "East": 2, "West": 3}, {"North": {"North"}, OTHERS: {"East", "West"}}),
        ({"North": 9, "South": 6, "East": 2}, {"North": {"North"}, OTHERS: {"East", "South"}}),
        ({"North": 9, "East": 4}, {OTHERS: {"East", "North"}}),
        ({"North": 9, "": 7}, {"North": {"North"}, NO_LOCALITY: {""}}),
        ({"North": 9, "South": 8, "": 1}, {"North": {"North"}, OTHERS: {"", "South"}}),
    ],
    ids=["none-small", "small-together", "joined-by-the-next", "one-left", "without", "without-is-small"],
)  # fmt: skip
def test_small_localities_roll_up(sizes: dict[str, int], expected: dict[str, set[str]]) -> None:
    assert rolled_up(sizes) == expected


def test_more_localities_than_a_table_takes_roll_up_from_the_smallest() -> None:
    together = rolled_up({f"L{number:02}": 5 + number for number in range(25)})

    assert len(together) == 19
    assert len(together[OTHERS]) == 7
    assert "L00" in together[OTHERS]


def test_where_one_group_is_left_there_is_no_breakdown() -> None:
    localities = dict.fromkeys(people(*range(9)), "North") | dict.fromkeys(people(9, 10), "South")

    shown = show(people(*range(11)), localities, first_closing=True)

    assert shown
    assert (shown.localities, shown.is_rolled_up) == ((), True)


def test_a_locality_named_like_the_rolled_up_one_is_no_second_group() -> None:
    votes = counted(
        [vote("U1", practice="A81001"), vote("U2", practice="A81002")], {"A81001": OTHERS, "A81002": "North"}
    )

    assert [one.locality for one in votes] == ["", "North"]


def test_leads_see_each_practice_and_each_locality_however_small() -> None:
    votes = [vote("U1", 0, "A81001"), vote("U2", 1, "A81001"), vote("U3", 2, "A81002"), vote("U4", 0)]

    practices = by_practice(QUESTIONS, votes)
    localities = by_locality(QUESTIONS, counted(votes, {"A81001": "North"}))

    assert {code: one.counts[0].numbers for code, one in practices.items()} == {
        "A81001": (1, 1, 0),
        "A81002": (0, 0, 1),
        None: (1, 0, 0),
    }
    assert [(part.name, part.tally.taking_part) for part in localities] == [("North", 2), (NO_LOCALITY, 2)]


def test_a_large_practice_does_not_swamp_small_ones() -> None:
    large = [vote(f"U{number}", 0, "A81001") for number in range(8)]
    small = [vote("V1", 1, "A81002"), vote("V2", 1, "A81003"), vote("V3", 0, "A81003"), vote("V4", 2)]

    weighed = one_voice_each(QUESTIONS, large + small)

    assert (weighed.practices, weighed.without) == (3, 1)
    assert weighed.shares == ((1.5, 1.5, 0.0),)
