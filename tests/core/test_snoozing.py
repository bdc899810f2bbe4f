"""Holding a ladder back: what waits and what does not, how long at most, and how it goes on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidentbot.core.commands import Acknowledge, ChangeSeverity, Escalate, Reopen, Resolve, SetImpact
from incidentbot.core.facts import FactKind
from incidentbot.core.ladder_commands import PageNow, Snooze
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from incidentbot.policies.loader import load
from tests.core.play import ANA, BO, CHI, T0, Play

QUARTER, LIMIT = timedelta(minutes=15), timedelta(hours=1)


def refusal(play: Play, length: timedelta) -> str:
    """The sentence of a refused snooze."""
    with pytest.raises(Refused) as refused:
        play.do(Snooze(ANA, length))
    return refused.value.sentence


def test_the_next_rung_waits_and_the_later_ones_follow_it_at_their_own_pace() -> None:
    play = Play("im-chat").after(minutes=10)
    play.do(Snooze(ANA, QUARTER))
    play.after(hours=2)

    assert [minute for minute, _ in play.pages()] == [0, 25, 40, 55, 70]
    assert [minute for minute, _ in play.said(FactKind.LADDER_ENDED)] == [85]


def test_the_ack_deadline_is_missed_at_its_own_instant() -> None:
    play = Play("im-chat").after(minutes=2)
    play.do(Snooze(ANA, QUARTER))
    play.after(hours=1)

    assert play.said(FactKind.BREACHED) == [(5, "Nobody has acknowledged INC-7 within 5 min.")]


def test_it_says_who_holds_it_and_until_when_and_offers_the_way_back() -> None:
    play = Play("im-chat").after(minutes=10)
    told = play.do(Snooze(ANA, QUARTER))

    assert play.said(FactKind.SNOOZED) == [
        (10, "<@U0ANA> holds the ladder for 15 min, until 12:25 UTC."),
    ]
    assert "|2026-11-21 at 12:25 UTC>" in told.reply
    assert play.lines()[-1].button == "page-now"
    play.after(minutes=15)
    assert play.incident.hold.snooze is None
    assert play.said(FactKind.SNOOZE_ENDED) == [(25, "The snooze of <@U0ANA> is over.")]


def test_what_a_person_types_is_paged_at_once() -> None:
    play = Play("im-chat").after(minutes=10)
    play.do(Snooze(ANA, QUARTER))
    play.after(minutes=1).do(Escalate(BO))

    assert play.pages()[-1] == (11, "on_call_secondary")


def test_a_called_chain_is_not_held() -> None:
    play = Play("im-chat").after(minutes=10)
    play.do(Snooze(ANA, QUARTER))
    play.do(Escalate(BO, "default"))
    play.after(minutes=15)

    assert next(page for page in play.pages() if page[1] == "on_call_secondary") == (25, "on_call_secondary")


def test_a_fact_that_a_rung_waits_for_does_not_page_before_the_snooze_is_over() -> None:
    gc = load("gocarbontracker")
    p2 = gc.severities[Severity.P2]
    both = (*p2.escalate, *load("mapme").severities[Severity.P2].escalate)
    rules = {**gc.severities, Severity.P2: replace(p2, escalate=both, notify=("pagerduty", "slack"))}
    play = Play(replace(gc, severities=rules), Severity.P2, at=datetime(2026, 11, 20, 10, tzinfo=UTC))
    play.after(hours=3, minutes=30).do(Snooze(ANA, LIMIT))
    play.do(SetImpact(BO, "everybody", users="many"))
    assert [minute for minute, _ in play.pages()] == [0]

    play.after(hours=1)

    assert 270 in [minute for minute, _ in play.pages()]


def test_page_now_before_the_rung_was_due_pages_the_next_and_the_ladder_keeps_its_instants() -> None:
    play = Play("im-chat").after(minutes=5)
    play.do(Snooze(ANA, QUARTER))
    play.after(minutes=1).do(PageNow(BO))
    play.after(minutes=40)

    assert play.pages()[:3] == [(0, "on_call_primary"), (6, "on_call_secondary"), (15, "on_call_secondary")]
    assert play.pages()[3] == (30, "team_lead")


def test_page_now_pages_what_was_held_back_and_the_others_follow_it() -> None:
    play = Play("im-chat").after(minutes=10)
    play.do(Snooze(ANA, QUARTER))
    play.after(minutes=9).do(PageNow(BO))
    play.after(minutes=16)

    assert play.pages() == [(0, "on_call_primary"), (19, "on_call_secondary"), (34, "team_lead")]
    assert play.said(FactKind.SNOOZE_ENDED) == [(19, "<@U0BO> ended the snooze of <@U0ANA>.")]
    assert "snooze" not in play.timers


def test_a_second_press_of_page_now_pages_nobody() -> None:
    play = Play("im-chat").after(minutes=10)
    play.do(Snooze(ANA, QUARTER))
    play.do(PageNow(BO))
    with pytest.raises(Refused, match="not held any more"):
        play.do(PageNow(CHI))


def test_a_p0_is_held_for_a_quarter_of_an_hour_in_all_of_its_epoch() -> None:
    play = Play("im-chat").after(minutes=10)
    assert refusal(play, LIMIT) == (
        "The ladder of a P0 can be held for 15 min in all. Nothing was changed: `/incident snooze 15m` is the most."
    )
    play.do(Snooze(ANA, timedelta(minutes=10)))
    play.after(minutes=12)
    assert refusal(play, timedelta(minutes=6)) == (
        "The ladder of a P0 can be held for 15 min in all, and 10 min are used. "
        "Nothing was changed: `/incident snooze 5m` is the most."
    )
    play.after(minutes=10).do(Snooze(BO, timedelta(minutes=5)))
    play.after(minutes=5)
    assert refusal(play, timedelta(minutes=1)) == (
        "The ladder of a P0 can be held for 15 min in all, and that is used up. "
        "If you have it, `/incident ack` stops the pages."
    )


def test_holding_longer_counts_from_the_first_word_and_not_twice() -> None:
    play = Play("im-chat", Severity.P1).after(minutes=25)
    play.do(Snooze(ANA, timedelta(minutes=20)))
    play.after(minutes=10).do(Snooze(BO, timedelta(minutes=50)))

    assert "60 min" not in refusal(play, timedelta(minutes=51))
    play.after(hours=3)
    assert [minute for minute, _ in play.pages()][:3] == [0, 85, 115]


def test_ending_early_gives_the_rest_back() -> None:
    play = Play("im-chat").after(minutes=10)
    play.do(Snooze(ANA, QUARTER))
    play.after(minutes=5).do(PageNow(BO))

    assert play.incident.hold.spent == timedelta(minutes=5)


def test_where_nothing_is_to_be_paged_there_is_nothing_to_hold() -> None:
    play = Play("im-chat").after(minutes=1)
    assert refusal(play, timedelta(minutes=5)).endswith("so there is nothing to hold until then.")
    play.do(Acknowledge(BO))
    assert refusal(play, QUARTER) == "No page of INC-7 is to come by the clock, so there is nothing to hold."


def test_an_ack_ends_a_snooze_that_holds_nothing_any_more() -> None:
    play = Play("im-chat").after(minutes=10)
    play.do(Snooze(ANA, QUARTER))
    play.do(Acknowledge(BO))
    play.after(hours=2)

    assert play.incident.hold.snooze is None
    assert play.said(FactKind.SNOOZE_ENDED) == []
    assert play.pages() == [(0, "on_call_primary")]


def test_a_worse_severity_ends_the_snooze_and_a_milder_one_keeps_it() -> None:
    worse = Play("im-chat", Severity.P1).after(minutes=25)
    worse.do(Snooze(ANA, LIMIT))
    worse.do(ChangeSeverity(BO, Severity.P0))
    worse.after(minutes=0)
    assert worse.incident.hold.snooze is None
    assert worse.pages()[-1] == (25, "on_call_secondary")

    milder = Play("im-chat").after(minutes=10)
    milder.do(Snooze(ANA, QUARTER))
    milder.do(ChangeSeverity(BO, Severity.P1))
    milder.after(hours=1)
    assert [minute for minute, _ in milder.pages()][:2] == [0, 30]


def test_reopening_forgets_the_snooze() -> None:
    play = Play("im-chat").after(minutes=10)
    play.do(Snooze(ANA, QUARTER))
    play.do(Resolve(BO))
    assert "snooze" not in play.timers
    play.do(Reopen(BO, "it is back"))

    assert (play.incident.hold.snooze, play.incident.hold.spent) == (None, timedelta(0))


def test_a_bot_that_was_away_while_the_snooze_ran_out_pages_then_and_says_how_late() -> None:
    play = Play("im-chat").after(minutes=10)
    play.do(Snooze(ANA, QUARTER))
    play.asleep(minutes=18)

    assert play.pages() == [(0, "on_call_primary"), (28, "on_call_secondary")]
    assert "(3 min late)" in play.said(FactKind.ESCALATED)[-1][1]


@settings(deadline=None)
@given(steps=st.lists(st.tuples(st.integers(0, 30), st.integers(1, 40)), max_size=8))
def test_whatever_is_snoozed_nobody_is_paged_meanwhile_and_everybody_is_paged_in_turn(
    steps: list[tuple[int, int]],
) -> None:
    play = Play("im-chat", Severity.P1)
    held: list[tuple[datetime, datetime]] = []
    for wait, length in steps:
        play.after(minutes=wait)
        try:
            play.do(Snooze(ANA, timedelta(minutes=length)))
        except Refused:
            continue
        held = [(since, min(until, play.now)) for since, until in held]
        held.append((play.now, play.now + timedelta(minutes=length)))
    play.after(hours=6)

    assert sum((until - since for since, until in held), timedelta(0)) <= LIMIT
    assert [role for _, role in play.pages()] == list(play.incident.plan.chain)
    rung = [T0 + timedelta(minutes=minute) for minute, _ in play.pages()[1:]]
    assert not [at for at in rung for since, until in held if since < at < until]
    assert all(later - earlier >= timedelta(minutes=30) for earlier, later in pairwise(rung))
    assert play.said(FactKind.BREACHED)[0][0] == 15


def test_a_snooze_says_that_a_called_chain_goes_on() -> None:
    policy = load("im-chat")
    play = Play(replace(policy, chains={**policy.chains, "security": ("guard_one", "guard_two")}))
    play.after(minutes=10).do(Escalate(BO, "security"))
    goes_on = "The security chain that <@U0BO> called in goes on: snooze does not hold it."
    snoozed = play.do(Snooze(ANA, QUARTER))

    assert (snoozed.reply or "").startswith("The ladder pages nobody until ")
    assert (snoozed.reply or "").endswith(f" {goes_on}")
    assert play.lines()[-1].text.endswith(f" {goes_on}")

    play.do(Acknowledge(CHI))
    play.do(Escalate(BO, "security"))
    assert refusal(play, QUARTER) == f"The ladder has nothing to hold now. {goes_on}"
