"""The rules of many hands against their oracle: acks that several give, that expire and are taken back, calls, snoozes."""

import os
from random import Random

from hypothesis import settings

from tests.machine.effort import FACTOR, effort, times
from tests.machine.hands.machine import HandsMachine
from tests.machine.hands.moves import MOVES
from tests.machine.hands.walk import check, drawn_life, failure_of, shortened

SEED = 20261123
CHECKS = {
    "what_was_promised_is_kept",
    "no_fact_is_lost_or_changed",
    "acknowledge_is_offered_where_an_ack_is_taken",
}


def _declared(level: int, *, expires: bool = False) -> HandsMachine:
    """im-chat: five roles to climb, every 15 min at P0 and every 30 at P1."""
    life = HandsMachine()
    life.declare(profile="im-chat", level=level, several=False, expires=expires)
    return life


def _roles(life: HandsMachine) -> list[str]:
    check(life)
    return [phone.role for phone in life.driver.phones]


def test_a_called_chain_that_nobody_answered_climbs_on_when_the_ack_is_taken_back():
    life = _declared(0)
    life.acknowledge(by="U0ANA")
    life.escalate(by="U0BO", chain=True)
    life.rings_again(by="", place=0)
    assert life.driver.incident.epoch == 2
    assert sorted(_roles(life)) == ["guard_one", "on_call_primary"]

    life.pass_time(minutes=15)
    assert sorted(_roles(life)) == ["guard_one", "guard_two", "on_call_primary", "on_call_secondary"]
    life.teardown()


def test_what_a_snooze_held_climbs_at_its_pace_from_the_snoozes_end():
    life = _declared(0)
    life.pass_time(minutes=10)
    life.snooze(by="U0BO", minutes=10)
    life.pass_time(minutes=5)
    assert _roles(life) == ["on_call_primary"]

    for minutes in (5, 14, 1, 14, 1):  # due at 20, 35 and 50 min
        life.pass_time(minutes=minutes)
        check(life)
    assert len(_roles(life)) == 4
    life.teardown()


def test_what_a_snooze_held_is_due_as_soon_as_somebody_ends_it():
    life = _declared(0)
    life.pass_time(minutes=10)
    life.snooze(by="U0BO", minutes=10)
    life.pass_time(minutes=6)
    life.page_now(by="U0ANA")
    assert _roles(life) == ["on_call_primary", "on_call_secondary"]

    life.pass_time(minutes=14)
    assert len(_roles(life)) == 2
    life.pass_time(minutes=1)
    assert len(_roles(life)) == 3
    life.teardown()


def test_what_a_snooze_held_is_due_as_soon_as_it_is_worse():
    life = _declared(1)
    life.pass_time(minutes=10)
    life.snooze(by="U0BO", minutes=40)
    life.pass_time(minutes=30)
    assert _roles(life) == ["on_call_primary"]

    life.judge(by="U0ANA", place=0)
    assert len(_roles(life)) == 2
    life.pass_time(minutes=15)
    assert len(_roles(life)) == 3
    life.teardown()


def test_an_ack_taken_back_at_a_milder_level_lets_the_ladder_of_the_worse_one_ring_again():
    """What had rung at P0 is to ring at P0 again, though it is P1 at the instant when nobody has it any more."""
    life = _declared(0)
    life.pass_time(minutes=31)
    assert len(_roles(life)) == 3
    life.judge(by="U0CHI", place=1)
    life.acknowledge(by="U0ANA")
    life.rings_again(by="", place=0)
    life.judge(by="U0ANA", place=0)
    life.pass_time(minutes=15)

    assert _roles(life)[3:] == ["on_call_secondary"]
    life.teardown()


def test_an_ack_heard_late_makes_nobody_be_asked_earlier_who_was_heard_of_since():
    """Bo picked up early, and it is heard when Ana has just written: she is asked half an hour after her word."""
    life = _declared(0, expires=True)
    life.acknowledge(by="U0ANA")
    life.pass_time(minutes=5)
    life.escalate(by="U0CHI", chain=False)
    life.pass_time(minutes=15)
    life.note(by="U0ANA")
    life.answer_phone(by="U0BO", place=1, minutes_ago=16)
    life.pass_time(minutes=15)
    check(life)
    assert life.oracle.told["asked"] == 0

    life.pass_time(minutes=15)
    check(life)
    assert life.oracle.told["asked"] == 1
    life.teardown()


def test_an_answer_on_the_phone_that_is_heard_late_counts_from_when_it_was_given():
    """Who is asked at 15:06, says yes at 15:07 and is heard at 15:09 is asked again half an hour after 15:07."""
    life = _declared(0, expires=True)
    life.pass_time(minutes=36)
    life.answer_phone(by="U0CHI", place=15, minutes_ago=0)
    life.pass_time(minutes=33)
    assert life.oracle.told["asked"] == 1
    life.answer_phone(by="U0BO", place=13, minutes_ago=2)
    life.pass_time(minutes=28)
    check(life)
    assert life.oracle.told["asked"] == 2
    life.teardown()


def test_lives_of_a_few_kinds_of_moves_keep_every_promise():
    """Hypothesis varies what it has; here each life goes far with a few hands. Seeded, and as many times more as asked."""
    seed = Random().randrange(2**32) if os.environ.get(FACTOR) else SEED  # noqa: S311, TID251 - lives, for tests alone
    for number in range(seed, seed + times(400)):
        life = drawn_life(Random(number))  # noqa: S311 - the same life each time
        failure = failure_of(life)
        assert failure is None, f"Seed {number}: {failure!r}\n{shortened(life)}"


def test_every_rule_can_be_drawn():
    named = {name for name, one in vars(HandsMachine).items() if callable(one) and not name.startswith("_")}
    assert set(MOVES) == named - CHECKS - {"declare", "teardown", "TestCase"}


TestHands = HandsMachine.TestCase
TestHands.settings = settings(effort(150), stateful_step_count=25)
