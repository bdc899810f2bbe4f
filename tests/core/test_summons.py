"""Whom a level writes to and when: once the room can be named, once for each rung, and not after somebody has it."""

from dataclasses import replace

from incidentbot.core.answers import DirectShown, EffectFailed, MailSent, RoomOpened
from incidentbot.core.commands import Acknowledge, ChangeSeverity, Escalate, Reopen, Resolve
from incidentbot.core.decision import Decision
from incidentbot.core.effects import SendMail, ShowDirect
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Written
from incidentbot.core.policy import Policy, Severity, State
from incidentbot.policies.loader import load
from tests.core.play import ANA, BO, Play

OPENING = "1:opening"
MESSAGE = Written("D1", "1.5")


def connected(name: str = "im-chat") -> Policy:
    return replace(load(name), connected=frozenset({"slack", "pagerduty", "email", "phone"}))


def written(play: Play) -> list[str]:
    """The keys of all that was written or brought up to date, in order."""
    return [effect.key for _, effect in play.effects if isinstance(effect, SendMail | ShowDirect)]


def keys(decision: Decision) -> list[str]:
    return [effect.key for effect in decision.effects if isinstance(effect, SendMail | ShowDirect)]


def before_the_room() -> Play:
    """A P0 whose room does not stand yet."""
    play = Play(connected())
    play.world = False
    play.incident = replace(play.incident, room=replace(play.incident.room, channel=None))
    return play


def test_a_level_writes_by_what_it_lists_and_only_where_that_is_connected():
    assert written(Play(connected())) == [f"mail:{OPENING}", f"direct:{OPENING}"]
    assert written(Play("im-chat")) == [f"direct:{OPENING}"]
    assert written(Play(connected(), Severity.P1)) == [f"direct:{OPENING}"]
    assert written(Play(connected(), Severity.P2)) == []
    assert written(Play(connected("missing-table"), Severity.P1)) == [f"mail:{OPENING}"]


def test_what_is_written_waits_for_the_room_it_names():
    play = before_the_room()

    assert keys(play.do(RoomOpened("C9"))) == [f"mail:{OPENING}", f"direct:{OPENING}"]


def test_a_room_that_is_late_holds_nothing_back_any_longer():
    play = before_the_room()
    late = play.do(EffectFailed("room", "Opening the room", "Slack is away.", final=False))

    assert keys(late) == [f"mail:{OPENING}", f"direct:{OPENING}"]


def test_each_rung_writes_to_its_own_role():
    play = Play(connected()).after(minutes=31)

    roles = [effect.role for _, effect in play.effects if isinstance(effect, SendMail)]
    assert roles[:2] == ["on_call_primary", "on_call_secondary"]
    assert len(set(roles)) == len(roles)


def test_nobody_is_written_to_where_it_was_declared_so_until_somebody_is_called_by_name():
    play = Play(connected(), paging=False).after(hours=1)
    assert written(play) == []
    play.do(Escalate(ANA))

    assert len(written(play)) == 2


def test_an_ack_keeps_back_mails_that_wait_and_brings_messages_up_to_date():
    play = Play(connected())
    play.do(DirectShown(OPENING, (MESSAGE,)))
    acked = play.do(Acknowledge(BO))

    assert f"mail:{OPENING}" in acked.cancels
    assert keys(acked) == [f"direct:{OPENING}"]
    assert play.incident.summons[OPENING].answer is State.ACKNOWLEDGED
    assert keys(play.do(Resolve(ANA))) == [f"direct:{OPENING}"]
    assert play.incident.summons[OPENING].answer is State.RESOLVED


def test_a_message_that_arrives_after_the_ack_says_so_next():
    play = Play(connected())
    play.do(Acknowledge(BO))

    assert keys(play.do(DirectShown(OPENING, (MESSAGE,)))) == [f"direct:{OPENING}"]


def test_a_lowered_level_takes_back_what_it_does_not_list_and_a_raised_one_writes():
    play = Play(connected())
    lowered = play.do(ChangeSeverity(ANA, Severity.P1))
    assert f"mail:{OPENING}" in lowered.cancels

    raised = Play(connected(), Severity.P2)
    assert keys(raised.do(ChangeSeverity(ANA, Severity.P0))) == [f"mail:{OPENING}", f"direct:{OPENING}"]


def test_a_reopened_incident_writes_under_new_keys():
    play = Play(connected())
    play.do(Resolve(ANA))

    assert set(keys(play.do(Reopen(ANA, "it is back")))) >= {"mail:2:opening", "direct:2:opening"}


def test_a_mail_that_was_taken_is_a_fact_with_ids_and_hashes_alone():
    play = Play(connected())
    (fact,) = play.do(MailSent(OPENING, ((BO, "ab12"), ("", "cd34")))).facts

    assert fact.kind is FactKind.MAILED
    assert fact.text == "A mail went to the on-call primary (<@U0BO>)."
    assert fact.data["to"] == "U0BO:ab12 -:cd34"
