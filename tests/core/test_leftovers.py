"""What is left once it is over: action items that are asked after, a review that close waits for, times put right."""

from datetime import timedelta

import pytest

from incidentbot.core.afterwards.commands import AddAction, ChangeAction, ChangeReview, CorrectTime
from incidentbot.core.afterwards.leftovers import ActionState, ActionType, ReviewState
from incidentbot.core.commands import Close, Reopen, Resolve, TakeRole
from incidentbot.core.effects import Invite
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Status
from incidentbot.core.policy import Severity
from incidentbot.core.refusals import Refused
from tests.core.play import ANA, BO, Play


def resolved(severity: Severity = Severity.P0) -> Play:
    play = Play("im-chat", severity)
    play.do(Resolve(BO, "a bigger disk"))
    return play


def test_an_action_is_noted_with_its_owner_and_date_and_told_in_the_room() -> None:
    play = Play("im-chat")
    done = play.do(
        AddAction(ANA, "alert on a  full disk", BO, play.now + timedelta(days=3), ActionType.DETECT)
    )

    (item,) = play.incident.actions
    assert (item.number, item.text, item.owner, item.type) == (
        1,
        "alert on a full disk",
        BO,
        ActionType.DETECT,
    )
    assert done.reply.startswith("Action 1 of INC-7 is noted. With <@U0BO>, due ")
    assert play.lines()[-1].text.startswith(f"<@{ANA}> noted action 1: alert on a full disk. With <@{BO}>")


def test_the_same_action_or_message_is_noted_once() -> None:
    play = Play("im-chat")
    play.do(AddAction(ANA, "alert on a full disk", message_ts="1.1"))

    with pytest.raises(Refused, match="That is action 1 of INC-7 already"):
        play.do(AddAction(BO, "Alert on a full disk"))
    with pytest.raises(Refused, match="That is action 1"):
        play.do(AddAction(BO, "other words", message_ts="1.1"))


def test_an_owner_is_reminded_when_it_is_due_and_each_week_until_it_is_done() -> None:
    play = resolved()
    play.do(AddAction(ANA, "alert on a full disk", BO, play.now + timedelta(days=3)))
    play.after(days=18)
    reminders = play.said(FactKind.ACTION_OVERDUE)

    assert [round(minutes / 1440) for minutes, _ in reminders] == [3, 10, 17]
    assert reminders[0][1] == f"<@{BO}>: action 1 of INC-7 is due now: alert on a full disk"
    assert "action 1 of INC-7 was due 7 d ago: alert" in reminders[1][1]
    play.do(ChangeAction(BO, 1, ActionState.DONE))
    play.after(days=30)
    assert len(play.said(FactKind.ACTION_OVERDUE)) == 3


def test_dropping_needs_a_reason_and_what_is_done_can_be_taken_up_again() -> None:
    play = Play("im-chat")
    play.do(AddAction(ANA, "alert on a full disk"))
    with pytest.raises(Refused, match="Say why it is dropped"):
        play.do(ChangeAction(BO, 1, ActionState.DROPPED))
    play.do(ChangeAction(BO, 1, ActionState.DROPPED, why="we move to the cloud"))
    assert play.incident.actions[0].settled_at == play.now
    play.do(ChangeAction(BO, 1, ActionState.OPEN))

    assert (play.incident.actions[0].state, play.incident.actions[0].settled_at) == (ActionState.OPEN, None)
    with pytest.raises(Refused, match="is so already"):
        play.do(ChangeAction(BO, 1, ActionState.OPEN))
    with pytest.raises(Refused, match="has no action 9"):
        play.do(ChangeAction(BO, 9, ActionState.DONE))


def test_closing_waits_for_a_required_review_and_says_the_way_out() -> None:
    play = resolved()
    with pytest.raises(Refused) as refused:
        play.do(Close(ANA))
    assert refused.value.sentence == (
        f"INC-7 needs its post-mortem first: it is a draft, with <@{ANA}>. `/incident postmortem` shows the draft, "
        "`/incident review publish` publishes it. Where none is needed: `/incident review waive why`."
    )
    play.do(ChangeReview(BO, ReviewState.IN_REVIEW))
    with pytest.raises(Refused, match="it is in review"):
        play.do(Close(ANA))
    play.do(ChangeReview(BO, ReviewState.PUBLISHED))
    play.do(Close(ANA))

    assert play.incident.status is Status.CLOSED


def test_a_review_is_waived_only_with_a_reason_and_published_only_once_it_is_over() -> None:
    play = Play("im-chat")
    with pytest.raises(Refused, match="still open"):
        play.do(ChangeReview(BO, ReviewState.PUBLISHED))
    play.do(Resolve(BO, "a bigger disk"))
    with pytest.raises(Refused, match="Say why no post-mortem is needed"):
        play.do(ChangeReview(BO, ReviewState.WAIVED))
    play.do(ChangeReview(BO, ReviewState.WAIVED, why="a test of the alarm"))
    play.do(Close(ANA))

    assert play.incident.status is Status.CLOSED


def test_a_waiver_does_not_outlive_a_reopening() -> None:
    play = resolved()
    play.do(ChangeReview(BO, ReviewState.WAIVED, why="a test of the alarm"))
    play.do(Reopen(ANA, "it was none"))
    play.do(Resolve(BO, "a bigger disk"))

    assert (play.incident.review.state, play.incident.review.why) == (ReviewState.DRAFT, "")
    with pytest.raises(Refused, match="needs its post-mortem first"):
        play.do(Close(ANA))


def test_what_is_published_cannot_be_waived() -> None:
    play = resolved()
    play.do(ChangeReview(BO, ReviewState.PUBLISHED))
    play.do(Close(ANA))

    with pytest.raises(Refused, match=r"is published already, and so cannot be waived\."):
        play.do(ChangeReview(BO, ReviewState.WAIVED, why="nobody reads it"))


def test_where_no_post_mortem_is_required_closing_does_not_wait() -> None:
    play = resolved(Severity.P3)
    play.do(Close(ANA))

    assert play.incident.status is Status.CLOSED


def test_the_owner_of_a_late_review_is_reminded_and_two_days_later_the_managers_role() -> None:
    play = resolved()
    play.do(TakeRole(ANA, "lead", BO))
    within = play.incident.plan.postmortem_within
    assert within is not None
    play.after(days=within.days + 3)
    told = [text for _, text in play.said(FactKind.BREACHED) if "post-mortem" in text]

    assert told[0].startswith(f"<@{BO}>: the post-mortem of INC-7 is due.")
    assert told[1].startswith("For the engineering manager: the post-mortem of INC-7 is overdue by 2 d")
    assert [one.roles for _, one in play.effects if isinstance(one, Invite)][-1] == ("engineering_manager",)


def test_a_new_date_moves_the_reminder_and_a_published_review_has_none() -> None:
    play = resolved()
    later = play.now + timedelta(days=60)
    play.do(ChangeReview(ANA, owner=BO, due=later))
    assert play.timers["postmortem"] == later
    play.do(ChangeReview(ANA, ReviewState.PUBLISHED))
    assert "postmortem" not in play.timers
    play.do(Reopen(ANA, "it is back"))

    assert "postmortem" not in play.timers


def test_a_time_is_put_right_with_a_reason_and_never_into_the_future() -> None:
    play = Play("im-chat")
    with pytest.raises(Refused, match="Say why"):
        play.do(CorrectTime(ANA, "impact", play.now, ""))
    with pytest.raises(Refused, match="still to come"):
        play.do(CorrectTime(ANA, "impact", play.now + timedelta(minutes=1), "the graph"))
    with pytest.raises(Refused, match="The times are `trigger`, `impact`"):
        play.do(CorrectTime(ANA, "start", play.now, "the graph"))
    play.do(CorrectTime(ANA, "Impact", play.now - timedelta(minutes=9), "the graph shows it"))

    (fact,) = (one for one in play.facts if one.kind is FactKind.TIME_CORRECTED)
    assert fact.text == f"<@{ANA}> set the time “impact” to 2026-11-21 11:51 UTC: the graph shows it"
