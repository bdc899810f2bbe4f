"""The table of weights chooses what tells something, within its budget, and near every anchor."""

from datetime import UTC, datetime, timedelta

import pytest

from incidentbot.core.messages import Message, Reaction
from incidentbot.core.postmortems.postmortem_types import RoomMessage
from incidentbot.core.salience import (
    LEAST,
    WEIGHTS,
    Scored,
    budget_for,
    is_alarm,
    is_marked,
    is_report,
    read_all,
    score_all,
    select,
    table,
    weigh,
)
from incidentbot.core.salience_cues import CUES, REACTIONS, Family

T0 = datetime(2026, 8, 3, 12, 0, tzinfo=UTC)
CHATTER = ("morning everybody here", "the sky looks grey", "who is around today")


def said(
    *texts: str,
    bot: bool = False,
    pinned: bool = False,
    reactions: tuple[Reaction, ...] = (),
    subtype: str | None = None,
) -> list[RoomMessage]:
    """Three words of small talk first, so that nothing gains by standing at the beginning."""
    quiet = [*CHATTER, *texts]
    return [
        RoomMessage(
            f"m{number}",
            Message(
                "C1",
                f"{number}.0",
                T0 + timedelta(minutes=number),
                "U1",
                text,
                bot=bot and text in texts,
                pinned=pinned and text in texts,
                reactions=reactions if text in texts else (),
                subtype=subtype if text in texts else None,
            ),
        )
        for number, text in enumerate(quiet)
    ]


def scored(text: str, **words: object) -> Scored:
    return score_all(said(text, **words))[-1]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("we decided to keep the old nodes", Family.DECISION),
        ("let's revert the config change", Family.DECISION),
        ("rolled back to the build of monday", Family.ACTION),
        ("restarting all workers in eu-west", Family.ACTION),
        ("kicked the pods off the node", Family.ACTION),
        ("checkout is back to normal", Family.RESTORED),
        ("all queues are working again", Family.RESTORED),
        ("posted the update for customers", Family.COMMS),
        ("turns out the disk was full", Family.FINDING),
        ("pods die because of a typo", Family.FINDING),
        ("a customer says payments fail, is it us", Family.REPORT),
        ("handing over to the night shift", Family.COORDINATION),
    ],
)
def test_a_message_is_of_the_family_of_its_strongest_words(text: str, family: Family) -> None:
    found = scored(text)

    assert found.family is family
    assert found.score >= LEAST or family is Family.COORDINATION


@pytest.mark.parametrize(
    "text", ["ok", "thanks", "brb coffee", "who wants pizza?", "hmm interesting", "no idea, maybe dns?"]
)
def test_chatter_scores_below_the_line(text: str) -> None:
    assert scored(text).score < LEAST


@pytest.mark.parametrize(
    ("plain", "marked", "weight"),
    [
        ("restarting the checkout workers now", "restarting the checkout workers now?", "question"),
        ("restarting the checkout workers", "restarting the checkout workers maybe", "hedge"),
        ("restarting the checkout workers", "restarting the checkout workers :pizza:", "joke or food"),
        ("restarting the `checkout` workers", "restarting the checkout workers", "code"),
        ("restarting the workers at 12:01", "restarting the workers at once", "clock time"),
    ],
)
def test_a_mark_changes_the_score_by_its_weight(plain: str, marked: str, weight: str) -> None:
    difference = scored(marked).score - scored(plain).score

    assert difference == pytest.approx(WEIGHTS[weight] if WEIGHTS[weight] < 0 else -WEIGHTS[weight])


def test_a_pin_and_reactions_add_their_weight_and_more_for_two_people() -> None:
    plain = scored("the queue of payments").score

    assert scored("the queue of payments", pinned=True).score == plain + WEIGHTS["pin"]
    assert (
        scored("the queue of payments", reactions=(Reaction("bulb", 1),)).score == plain + REACTIONS["bulb"]
    )
    assert scored("the queue of payments", reactions=(Reaction("bulb", 2),)).score == pytest.approx(
        plain + 2.6
    )


def test_who_joins_is_never_chosen() -> None:
    items = said("ana has joined, found the fix and restarted it", subtype="channel_join")

    assert "m3" not in select(score_all(items), budget=50, anchors=[items[-1].message.at])


def test_the_best_are_chosen_until_the_budget_is_spent() -> None:
    items = said("rolled back the deploy at 12:03", "found a typo", "restarted the workers and it recovered")
    chosen = select(score_all(items), budget=2, anchors=())

    assert chosen == {"m3", "m5"}


def test_a_spent_budget_still_leaves_one_message_near_each_anchor() -> None:
    items = said("found a typo", "rolled back the deploy at 12:04")
    best = select(score_all(items), budget=0, anchors=[T0 + timedelta(minutes=4)])

    assert best == {"m4"}


def test_an_anchor_next_to_a_kept_message_needs_no_other() -> None:
    items = said("rolled back the deploy")

    assert not select(score_all(items), budget=0, anchors=[T0 + timedelta(minutes=3)], kept={"m2"})


@pytest.mark.parametrize(
    ("messages", "hours", "budget"),
    [(10, 0, 12), (100, 1, 35), (20, 10, 12), (101, 0, 35), (0, 0, 12), (10_000, 2, 100), (10_000, 30, 120)],
)
def test_the_budget_is_a_share_never_under_twelve_and_bounded_by_the_hours_of_a_large_room(
    messages: int, hours: int, budget: int
) -> None:
    assert budget_for(messages, timedelta(hours=hours)) == budget


def test_a_room_that_is_the_only_record_may_tell_a_little_more() -> None:
    assert budget_for(100, timedelta(hours=1), recorded=0) == 38


def test_weighing_what_was_read_with_another_table_gives_other_scores() -> None:
    readings = read_all(said("rolled back the deploy"))
    usual, other = weigh(readings)[-1], weigh(readings, {**WEIGHTS, "changed": 0, "about it": 0})[-1]

    assert usual == score_all(said("rolled back the deploy"))[-1]
    assert other.score < usual.score


@pytest.mark.parametrize(
    ("text", "fires"),
    [
        ("ALARM: disk full on db-1", True),
        ("[FIRING:3] KubeletDown", True),
        (":red_circle: Triggered: CPU-Critical", True),
        ("OK: disk full on db-1", False),
        (":large_green_circle: Resolved: CPU-Critical", False),
        ("Acknowledged by the primary", False),
    ],
)
def test_an_alarm_is_an_app_saying_that_an_alert_fired(text: str, fires: bool) -> None:  # noqa: FBT001 - a table
    assert is_alarm(said(text, bot=True)[-1].message) is fires
    assert not is_alarm(said(text)[-1].message)


@pytest.mark.parametrize(
    ("text", "reports"),
    [
        ("nothing in kibana since noon", True),
        ("checkout is down for us", True),
        ("users report blank pages", True),
        ("scaled down the descheduler", False),
        ("all fine here", False),
    ],
)
def test_a_report_is_a_person_saying_that_something_does_not_work(text: str, reports: bool) -> None:  # noqa: FBT001 - a table
    assert is_report(said(text)[-1].message) is reports


def test_a_pushpin_marks_like_a_pin() -> None:
    assert is_marked(said("x", reactions=(Reaction("pushpin", 1),))[-1].message)
    assert not is_marked(said("x", reactions=(Reaction("tada", 9),))[-1].message)


def test_the_table_shows_every_family_weight_and_reaction() -> None:
    printed = table()

    assert all(cue.family in printed for cue in CUES)
    assert all(name in printed for name in (*WEIGHTS, *REACTIONS))
