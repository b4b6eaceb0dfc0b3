"""Last year's decisions carried forward: what is as it was keeps its tags, and the rest waits, the most money first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from budget_align.core.editing.carrying import MUCH, USUAL_SECONDS, Known, carry, estimate_seconds

LOOKED = date(2025, 11, 3)
WHOLE = 1_000_000


def known(programme: str, amount: int, words: str = "", tags: dict[str, int] | None = None, rule: str = "") -> Known:
    return Known(
        ("Care", "Wards", programme, ""), words or programme, amount, tags or {}, rule, LOOKED if tags else None
    )


def test_what_is_as_it_was_keeps_its_tags_and_its_date_and_the_rest_waits() -> None:
    health = {"health": WHOLE}
    before = [
        known("Hospitals", 1000, tags=health),
        known("Clinics", 400, tags=health),
        known("Parks", 50, tags={"nature": WHOLE}),
        known("Grants", 10),
        known("Old", 5, tags=health),
    ]
    now = [
        known("Hospitals", 1100),
        known("Clinics", 800),
        known("Parks", 50, words="Parks and car parks"),
        known("Grants", 10),
        known("Apps", 70),
    ]
    found = carry(before, now)
    assert [(each.now.key[2], dict(each.tags), each.looked_at) for each in found.kept] == [
        ("Hospitals", health, LOOKED)
    ]
    assert [(each.now.key[2], each.state, each.why) for each in found.queue] == [
        ("Clinics", "changed", "its amount moved by +100%"),
        ("Apps", "new", "not in last year's budget"),
        ("Parks", "changed", "it is described in other words"),
        ("Grants", "changed", "nothing was decided of it"),
    ]
    assert all(not each.tags for each in found.queue)
    assert [each.key[2] for each in found.gone] == ["Old"]
    otherwise = carry(before[:1], [known("Hospitals", 1000, tags={"homes": WHOLE}, rule="r")])
    assert [each.why for each in otherwise.queue] == ["a rule says otherwise than last year"]


def test_a_body_by_another_name_stands_beside_what_it_was() -> None:
    health = {"health": WHOLE}

    def of(body: str, programme: str, amount: int = 100) -> Known:
        return replace(known(programme, amount, tags=health, rule="r"), key=(body, "Wards", programme, ""))

    before = [of("Care", "Hospitals"), of("Care", "Clinics"), of("Care", "Old"), of("Roads", "Repairs")]
    now = [of("Health", "Hospitals"), of("Health", "Clinics", 200), of("Health", "Apps"), of("Roads", "Repairs")]
    found = carry(before, now)
    assert [each.now.key[2] for each in found.kept] == ["Repairs"]
    assert {each.now.key[2]: (each.state, each.why) for each in found.queue} == {
        "Hospitals": ("changed", "its body seems to be Care by another name"),
        "Clinics": ("changed", "its body seems to be Care by another name, and its amount moved by +100%"),
        "Apps": ("new", "not in last year's budget"),
    }
    assert [each.key[2] for each in found.gone] == ["Old"]
    assert all(not each.tags for each in found.queue)
    # One group alike is chance; and a body that became two is neither.
    alone = carry([of("Care", "Pay")], [of("Health", "Pay")])
    assert [each.state for each in alone.queue] == ["new"]
    parted = carry(before[:2], [*now[:2], of("Wellbeing", "Hospitals"), of("Wellbeing", "Clinics")])
    assert {each.state for each in parted.queue} == {"new"}
    assert len(parted.gone) == 2


def test_what_no_rule_takes_today_waits_though_it_was_decided_last_year() -> None:
    before = [known("Roads", 100, tags={"ways": WHOLE}, rule="r"), known("Rail", 100, tags={"ways": WHOLE}, rule="r")]
    now = [
        replace(known("Roads", 100), undecided=100),
        replace(known("Rail", 110, tags={"ways": WHOLE}, rule="r"), undecided=10),
    ]
    found = carry(before, now)
    assert [(each.now.key[2], each.why) for each in found.queue] == [
        ("Rail", "no rule takes a part of it"),
        ("Roads", "no rule takes it this year"),
    ]


def test_letter_case_and_spacing_make_no_other_group() -> None:
    before = [known("Roads and bridges", 100, words="w", tags={"ways": WHOLE}), known("Rail", 5, tags={"ways": WHOLE})]
    found = carry(before, [known("ROADS  and Bridges", 100, words="W", tags={"ways": WHOLE}, rule="r")])
    assert [each.now.key[2] for each in found.kept] == ["ROADS  and Bridges"]
    assert [each.key[2] for each in found.gone] == ["Rail"]


def test_what_moves_within_a_group_is_looked_at_though_its_amount_is_as_it_was() -> None:
    def of(programme: str, amount: int, within: dict[tuple[object, ...], int]) -> Known:
        return replace(known(programme, amount, tags={"ways": WHOLE}, rule="r"), within=within)

    before = [
        of("Roads", 100, {(False, "ways"): 190, (False, "rail"): 10, (True, "ways"): 100}),
        of("Rail", 0, {(False, "ways"): 500, (True, "ways"): 500}),
        of("Buses", 100, {(False, "ways"): 90, (False, "rail"): 10}),
        of("Ferries", 100, {(False, "ways"): 100}),
    ]
    now = [
        # 90 of 300 by size went from one rule to another.
        of("Roads", 100, {(False, "ways"): 100, (False, "rail"): 100, (True, "ways"): 100}),
        # Both what is spent and what is netted grew by more than a quarter of 1,000.
        of("Rail", 0, {(False, "ways"): 800, (True, "ways"): 800}),
        of("Buses", 110, {(False, "ways"): 80, (False, "rail"): 30}),
        of("Ferries", 120, {(False, "ways"): 120}),
    ]
    found = carry(before, now)
    assert [each.now.key[2] for each in found.kept] == ["Ferries", "Buses"]
    assert {each.now.key[2]: each.why for each in found.queue} == dict.fromkeys(
        ["Roads", "Rail"], "much of it moved, though it comes to about as much"
    )


groups = st.dictionaries(
    st.sampled_from("abcdef"),
    st.tuples(st.integers(-(10**9), 10**9), st.sampled_from(["", "w", "W ", "v"]), st.booleans()),
)


@given(groups, groups)
def test_every_group_is_kept_or_waits_once_and_only_what_is_alike_is_kept(
    before: dict[str, tuple[int, str, bool]], now: dict[str, tuple[int, str, bool]]
) -> None:
    def made(some: dict[str, tuple[int, str, bool]]) -> list[Known]:
        return [
            Known((key,), words, amount, {"o": WHOLE} if tagged else {}, "", LOOKED if tagged else None)
            for key, (amount, words, tagged) in some.items()
        ]

    found = carry(made(before), made(now))
    assert sorted(each.now.key[0] for each in (*found.kept, *found.queue)) == sorted(now)
    assert {each.key[0] for each in found.gone} == set(before) - set(now)
    sizes = [abs(each.now.amount) for each in found.queue]
    assert sizes == sorted(sizes, reverse=True)
    for key, (amount, words, _) in now.items():
        was = before.get(key)
        alike = (
            was is not None
            and was[2]
            and was[1].strip().casefold() == words.strip().casefold()
            and (
                was[0] == amount
                or (was[0] * amount > 0 and abs(Fraction(amount - was[0], was[0])) <= Fraction(MUCH) / 100)
            )
        )
        assert (key in {each.now.key[0] for each in found.kept}) == alike


def test_the_time_to_finish_is_that_of_a_persons_own_pace() -> None:
    start = datetime(2026, 11, 26, 9, tzinfo=UTC)
    # Every 40 seconds, and a lunch of an hour that is no pause of the work.
    pace = [start + timedelta(seconds=40 * i + (3600 if i > 4 else 0)) for i in range(9)]
    assert estimate_seconds(10, [pace]) == 400
    assert estimate_seconds(10, [pace[:3]]) == 10 * USUAL_SECONDS
    assert estimate_seconds(0, [pace]) == 0
    # Two at once are each as slow as one.
    between = [each + timedelta(seconds=7) for each in pace]
    assert estimate_seconds(10, [pace, between]) == 400
