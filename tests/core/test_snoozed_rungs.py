"""Rungs beside a snooze: those that wait for a fact, and those of business hours. None is lost, and none wakes people at night."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from incidentbot.core.commands import SetImpact
from incidentbot.core.ladder_commands import PageNow, Snooze
from incidentbot.core.policy import ClockKind, Severity
from incidentbot.policies.loader import load
from tests.core.play import ANA, BO, CHI, T0, Play


def a_fact_in_a_snooze() -> Play:
    """A P2 of which a rung waits for a fact: held for 20 minutes, and after five of them the fact is there."""
    gc = load("gocarbontracker")
    p2 = gc.severities[Severity.P2]
    both = (*p2.escalate, *load("im-chat").severities[Severity.P1].escalate)
    rules = {**gc.severities, Severity.P2: replace(p2, escalate=both, notify=("pagerduty",))}
    play = Play(replace(gc, severities=rules), Severity.P2).after(minutes=20)
    play.do(Snooze(ANA, timedelta(minutes=20)))
    play.after(minutes=5).do(SetImpact(BO, "everybody", users="many"))
    assert [minute for minute, _ in play.pages()] == [0]
    return play


def by_the_fact(play: Play) -> list[float]:
    """When the rung fired that waits for the fact."""
    return [
        (fact.at - T0).total_seconds() / 60 for fact in play.facts if fact.data.get("rung") == "rung-p2-1"
    ]


def test_a_fact_told_during_a_snooze_still_pages_when_the_snooze_is_made_longer() -> None:
    play = a_fact_in_a_snooze()
    play.do(Snooze(BO, timedelta(minutes=30)))
    play.after(hours=2)

    assert by_the_fact(play) == [55]


def test_a_fact_told_during_a_snooze_pages_when_the_snooze_is_ended_by_hand() -> None:
    play = a_fact_in_a_snooze()
    play.after(minutes=1).do(PageNow(CHI))

    assert by_the_fact(play) == [26]
    play.after(hours=2)
    assert by_the_fact(play) == [26]


def test_a_rung_of_business_hours_that_is_snoozed_past_their_end_wakes_nobody_before_they_begin_again() -> (
    None
):
    team = load("gocarbontracker")
    p1 = team.severities[Severity.P1]
    rungs = tuple(replace(rung, clock=ClockKind.BUSINESS) for rung in p1.escalate)
    rules = {**team.severities, Severity.P1: replace(p1, escalate=rungs)}
    friday = datetime(2026, 11, 20, 16, 20, tzinfo=UTC)
    play = Play(replace(team, severities=rules), Severity.P1, at=friday)
    play.do(Snooze(ANA, timedelta(minutes=55)))
    play.after(days=3)

    monday = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert [friday + timedelta(minutes=minute) for minute, _ in play.pages()][1] == monday
