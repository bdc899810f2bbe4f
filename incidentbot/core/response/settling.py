"""What vendors answered: the room stands, an effect failed. Keeps it and tells people; of pages see paged.py and called_off.py."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from incidentbot.core import answers
from incidentbot.core.commands import RetryEffect
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Announce, Effect, Notice, OpenRoom, PinCard, SetTopic, ShowCard
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Failure, Incident, Page, PageState
from incidentbot.core.ladders.paging import settle, without
from incidentbot.core.ladders.summons import outstanding
from incidentbot.core.policy import Policy, RoomKind
from incidentbot.core.refusals import Refused
from incidentbot.core.response import called_off, paged, showing
from incidentbot.core.response.declare import invite_first
from incidentbot.core.text.words import person, safe

WORDS = "say:"
"""A line that could not be posted is not followed by another line, nor by the card: the room is what fails."""


def room_opened(incident: Incident, answer: answers.RoomOpened, *, now: datetime) -> Decision:
    """The room stands: card, people, topic and announcement can go out side by side."""
    if incident.room.channel is not None:
        return Decision(incident)
    room = replace(
        incident.room, channel=answer.channel, thread_ts=answer.thread_ts, card_ts=answer.thread_ts
    )
    changed = replace(incident, room=room)
    fact = Fact(FactKind.ROOM_OPENED, now, "The room is open.", data={"channel": answer.channel})
    if room.kind is RoomKind.THREAD:
        effects = (ShowCard(), *showing.announced(changed), *outstanding(changed))
        return Decision(changed, (fact,), effects)
    shown = (ShowCard(), *invite_first(changed), *showing.announcement(changed), SetTopic())
    effects = (*shown, *outstanding(changed))
    return Decision(changed, (fact,), effects)


def card_shown(incident: Incident, answer: answers.CardShown, *, now: datetime) -> Decision:
    """The card stands; the first time it is pinned."""
    if incident.room.card_ts == answer.ts:
        return Decision(incident)
    changed = replace(incident, room=replace(incident.room, card_ts=answer.ts))
    pin = () if incident.room.kind is RoomKind.THREAD else (PinCard(answer.ts),)
    return Decision(changed, effects=pin)


def run_shown(incident: Incident, answer: answers.RunShown, *, now: datetime) -> Decision:
    """A run's live card stands."""
    run = replace(incident.runs[answer.run], card_ts=answer.ts)
    return Decision(replace(incident, runs={**incident.runs, run.id: run}))


def announced(incident: Incident, answer: answers.Announced, *, now: datetime) -> Decision:
    """The line in the incidents channel stands."""
    room = replace(incident.room, announced_in=answer.channel, announced_ts=answer.ts)
    return Decision(replace(incident, room=room))


def invited(incident: Incident, answer: answers.Invited, *, now: datetime) -> Decision:
    """Whoever is brought into a private incident's room may know of it."""
    return Decision(replace(incident, invited=tuple(dict.fromkeys((*incident.invited, *answer.users)))))


def effect_failed(
    incident: Incident, answer: answers.EffectFailed, *, policy: Policy, now: datetime
) -> Decision:
    """Show people what did not work: a line with Retry once it failed for good, a plain line while it is tried."""
    page = paged.page_of(incident, answer.effect)
    unwanted = called_off.failed_unwanted(incident, page, answer, now=now) if page is not None else None
    if unwanted is not None:
        return unwanted
    if answer.final and answer.effect == OpenRoom().key and _may_be_a_thread(incident):
        return _talk_in_a_thread(incident, answer, now)
    standing = incident.failures.get(answer.effect)
    known = standing is not None and (standing.reason, standing.final) == (answer.reason, answer.final)
    failure = Failure(answer.effect, answer.what, answer.reason, now, answer.final)
    changed = replace(incident, failures={**incident.failures, answer.effect: failure})
    if page is not None and page.state is PageState.WAITING:
        failed = paged.failed if answer.final else paged.late
        return failed(changed, page, answer, policy=policy, now=now)
    text = f"{answer.what} did not work: {safe(answer.reason)}"
    if not answer.final:
        still = f"{text} Still trying."
        line = _late(changed, answer.effect, still)
        return Decision(
            changed, (_failed_fact(answer, still, now),), (*line, *_without_room(changed, answer))
        )
    fact = _failed_fact(answer, text, now)
    if known or (answer.effect.startswith(WORDS) and not answer.here):
        return Decision(changed, (fact,))
    line = showing.line(changed, f"failed:{answer.effect}", text, Notice.FAILURE, f"retry:{answer.effect}")
    if answer.effect == OpenRoom().key and incident.private:
        line = showing.aside(changed, f"failed:{answer.effect}", text, f"retry:{answer.effect}")
    card = () if answer.effect == ShowCard().key else showing.card(changed)
    return Decision(changed, (fact,), (*card, *line, *_without_room(changed, answer)))


def _may_be_a_thread(incident: Incident) -> bool:
    return incident.room.kind is RoomKind.DEDICATED and not incident.private


def _without_room(incident: Incident, answer: answers.EffectFailed) -> tuple[Effect, ...]:
    """A room that does not come holds back no longer what was to name it."""
    return outstanding(incident) if answer.effect == OpenRoom().key else ()


def _late(incident: Incident, effect: str, text: str) -> tuple[Effect, ...]:
    """What is late is said in the room; a room that is late itself, by the line in the incidents channel.

    That line is brought up to date once the room stands. A thread in that channel has no other place to be missed in.
    """
    if effect == OpenRoom().key and incident.private:
        return showing.aside(incident, f"late:{effect}", text)
    if effect == OpenRoom().key:
        return (Announce(),) if incident.room.kind is RoomKind.DEDICATED else ()
    return showing.line(incident, f"late:{effect}", text, Notice.FAILURE)


def _failed_fact(answer: answers.EffectFailed, text: str, now: datetime) -> Fact:
    return Fact(FactKind.EFFECT_FAILED, now, text, data={"effect": answer.effect})


def _talk_in_a_thread(incident: Incident, answer: answers.EffectFailed, now: datetime) -> Decision:
    """The channel could not be made: talk in a thread of the incidents channel, so that nobody waits for a room.

    The same effect is told again, so that it stays ahead of the cards and lines that wait for a room.
    """
    room = replace(incident.room, kind=RoomKind.THREAD)
    changed = replace(incident, room=room, failures=without(incident, [answer.effect]))
    text = f"The channel could not be made: {safe(answer.reason)} This thread is the room instead."
    line = showing.line(changed, "thread", text, Notice.FAILURE)
    return Decision(changed, (_failed_fact(answer, text, now),), line, again=(answer.effect,))


def effect_recovered(incident: Incident, answer: answers.EffectRecovered, *, now: datetime) -> Decision:
    """Something that people were told to be failing has gone out after all."""
    failure = incident.failures.get(answer.effect)
    if failure is None:
        return Decision(incident)
    page = paged.page_of(incident, answer.effect)
    if page is not None and page.state is PageState.DELIVERED:
        return paged.rang_late(incident, page, now)
    return paged.worked_after_all(incident, failure, f"{failure.what} has worked after all.", now)


def retry(incident: Incident, command: RetryEffect, *, now: datetime) -> Decision:
    """Try a failed effect once more."""
    failure = incident.failures.get(command.effect)
    if failure is None or not failure.final:
        raise Refused("That was tried again already, or it has gone out meanwhile.")
    failures = {key: value for key, value in incident.failures.items() if key != command.effect}
    changed = replace(incident, failures=failures, pages=_waiting_again(incident, command.effect))
    text = f"{person(command.by)} asked to try again: {failure.what}."
    fact = Fact(FactKind.RETRIED, now, text, command.by, {"effect": command.effect})
    return Decision(changed, (fact,), showing.card(changed), again=(command.effect,), reply="Trying again.")


def _waiting_again(incident: Incident, effect: str) -> Mapping[str, Page]:
    page = paged.page_of(incident, effect)
    if page is None:
        return incident.pages
    if page.epoch != incident.epoch or incident.reached(page.until):
        raise Refused(f"That page is not needed any more: {incident.name} has moved on since.")
    return settle(incident, page.key, state=PageState.WAITING, reason="")
