"""The heart: what a command leads to. Pure: no clock, no randomness, no I/O; everything it needs comes in."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from incidentbot.core import answers, commands, ladder_commands
from incidentbot.core import elsewhere as told
from incidentbot.core.afterwards import actions, canvas, review, times
from incidentbot.core.afterwards import commands as after
from incidentbot.core.alerts import joining
from incidentbot.core.alerts.alert import AlertsChanged
from incidentbot.core.commands import Command
from incidentbot.core.decision import Decision
from incidentbot.core.incident import Incident
from incidentbot.core.ladders import calling, reminders, snoozing
from incidentbot.core.ladders.holders import watched
from incidentbot.core.lifecycle import allow
from incidentbot.core.policy import Policy
from incidentbot.core.refusals import Refused
from incidentbot.core.response import (
    acknowledging,
    called_off,
    declare,
    elsewhere,
    judge,
    paged,
    remarks,
    respond,
    settling,
    still_on_it,
    talk,
    written,
)
from incidentbot.core.runbooks.rules import RUN_RULES

Rule = Callable[..., Decision]

BY_TIME: Mapping[type[Any], Rule] = {
    commands.NameTwin: declare.name_twin,
    commands.Acknowledge: acknowledging.acknowledge,
    ladder_commands.StillOnIt: still_on_it.still_on_it,
    commands.EnterStage: respond.enter_stage,
    commands.Mitigate: respond.mitigate,
    commands.Resolve: respond.resolve,
    commands.Close: respond.close,
    commands.TakeRole: talk.take_role,
    commands.Join: talk.join,
    commands.PostUpdate: talk.post_update,
    commands.AddNote: talk.add_note,
    commands.RecordDraft: talk.record_draft,
    **RUN_RULES,
    commands.RetryEffect: settling.retry,
    after.AddAction: actions.add,
    after.ChangeAction: actions.change,
    after.ChangeReview: review.change,
    after.CorrectTime: times.correct,
    after.TellOfSection: canvas.section_written,
    answers.RoomOpened: settling.room_opened,
    answers.CardShown: settling.card_shown,
    answers.RunShown: settling.run_shown,
    answers.CanvasShown: canvas.stands_now,
    answers.Invited: settling.invited,
    answers.Announced: settling.announced,
    answers.PageDelivered: paged.page_delivered,
    answers.PageCalledOff: called_off.page_called_off,
    answers.PageAnswered: called_off.page_answered,
    answers.MailSent: written.mail_sent,
    answers.DirectShown: written.direct_shown,
    answers.EffectRecovered: settling.effect_recovered,
    told.PrioritySet: remarks.priority_set,
    told.ResponderReplied: remarks.responder_replied,
    told.Merged: remarks.merged,
    told.Remarked: remarks.remarked,
    told.NotUnderstood: remarks.not_understood,
}
"""Rules that need the incident and the instant."""

BY_POLICY: Mapping[type[Any], Rule] = {
    commands.Escalate: calling.escalate,
    ladder_commands.Snooze: snoozing.snooze,
    ladder_commands.PageNow: snoozing.page_now,
    ladder_commands.HandOver: still_on_it.hand_over,
    commands.ChangeSeverity: judge.change_severity,
    commands.Reopen: declare.reopen,
    commands.SetImpact: talk.set_impact,
    answers.TimerFired: reminders.timer_fired,
    answers.EffectFailed: settling.effect_failed,
    AlertsChanged: joining.alerts_changed,
    told.AckTakenBack: elsewhere.ack_taken_back,
    told.HandedOn: elsewhere.handed_on,
    told.ReopenedElsewhere: elsewhere.reopened,
}
"""Rules that ask the policy, too."""


def decide(incident: Incident | None, command: Command, *, now: datetime, policy: Policy) -> Decision:
    """What `command` leads to at `now` (aware UTC).

    incident: None only for Declare. Raises Refused with the sentence the person reads. The version is left alone;
    the store counts it.
    """
    if isinstance(command, commands.Declare):
        return declare.declare(command, policy=policy, now=now)
    if incident is None:
        raise Refused("There is no such incident. `/incident list` shows the open ones.")
    allow(incident, command)
    by_policy = BY_POLICY.get(type(command))
    if by_policy is not None:
        decision = by_policy(incident, command, policy=policy, now=now)
    else:
        decision = BY_TIME[type(command)](incident, command, now=now)
    return canvas.kept_true(watched(incident, command, decision, now=now))
