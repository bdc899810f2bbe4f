"""What vendors answered: the room stands, the page was taken, an effect failed. Keeps it and tells people."""

from dataclasses import replace
from datetime import datetime

from incidentbot.core import answers
from incidentbot.core.commands import RetryEffect
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Announce, Effect, Notice, OpenRoom, PinCard, SetTopic, ShowCard
from incidentbot.core.facts import Fact, FactKind
from incidentbot.core.incident import Failure, Incident, Page, PageState
from incidentbot.core.ladders.paging import settle, ties, without
from incidentbot.core.ladders.summons import outstanding
from incidentbot.core.policy import RoomKind, State
from incidentbot.core.refusals import Refused
from incidentbot.core.response import showing
from incidentbot.core.response.declare import invite_first
from incidentbot.core.words import person, role_words, safe

WORDS = "say:"
"""A line that could not be posted is not followed by another line, nor by the card: the room is what fails."""


PAGE = "page:"

CALLED_OFF = frozenset({PageState.ACKNOWLEDGED, PageState.RESOLVED, PageState.CANCELLED})
"""States of a page that is not to ring any more."""


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
    effects = (ShowCard(), *invite_first(changed), Announce(), SetTopic(), *outstanding(changed))
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


def page_delivered(incident: Incident, answer: answers.PageDelivered, *, now: datetime) -> Decision:
    """The pager took the page. One that was called off while it was in flight stays called off.

    The card says whom was paged from the moment it is decided, so it is only shown anew if it told of a failure.
    """
    page = incident.pages[answer.page]
    state = PageState.DELIVERED if page.state in {PageState.WAITING, PageState.FAILED} else page.state
    settled_at = now if state is PageState.DELIVERED else page.settled_at
    pages = settle(incident, page.key, state=state, receipt=answer.receipt, settled_at=settled_at)
    changed = replace(incident, pages=pages)
    again = showing.card(changed) if page.state is PageState.FAILED else ()
    text = f"The page to the {role_words(page.role)} was accepted."
    fact = Fact(FactKind.PAGE_ACCEPTED, now, text, data={"page": page.key})
    return Decision(changed, (fact,), again, ties=ties(pages[page.key]))


def page_called_off(incident: Incident, answer: answers.PageCalledOff, *, now: datetime) -> Decision:
    """Conclude a page that is not tried any more; one that may have rung and is answered at the pager, only then."""
    page = incident.pages.get(answer.page)
    if page is None or page.state not in CALLED_OFF or page.receipt is not None:
        return Decision(incident)
    if not answer.unknown:
        return _never_left(incident, page, now)
    return _may_have_rung(incident, page, now) if page.state is PageState.CANCELLED else Decision(incident)


def page_answered(incident: Incident, answer: answers.PageAnswered, *, now: datetime) -> Decision:
    """Conclude a page that was called off while it may have rung, by what the pager knows of it."""
    page = incident.pages[answer.page]
    if answer.rang is None:
        return _may_have_rung(incident, page, now)
    if answer.rang:
        return effect_recovered(incident, answers.EffectRecovered(f"{PAGE}{page.key}"), now=now)
    return _never_left(incident, page, now)


def _may_have_rung(incident: Incident, page: Page, now: datetime) -> Decision:
    """Worth a line only where people were told that it is still tried."""
    if f"{PAGE}{page.key}" not in incident.failures:
        return Decision(incident)
    changed = replace(incident, failures=without(incident, [f"{PAGE}{page.key}"]))
    text = f"Paging the {role_words(page.role)} was called off: {_what_came_first(incident, page)}. A phone may have rung."
    return _concluded(changed, page, text, now)


def _never_left(incident: Incident, page: Page, now: datetime) -> Decision:
    """Nobody was rung, and nothing is answered at the pager."""
    answering = (f"ack:{page.key}", f"resolve:{page.key}")
    changed = replace(
        incident,
        pages=settle(incident, page.key, state=PageState.CANCELLED),
        failures=without(incident, [f"{PAGE}{page.key}", *answering]),
    )
    text = f"The {role_words(page.role)} was not paged: {_what_came_first(incident, page)}."
    return replace(_concluded(changed, page, text, now), cancels=answering)


def _concluded(incident: Incident, page: Page, text: str, now: datetime) -> Decision:
    fact = Fact(FactKind.PAGE_CALLED_OFF, now, text, data={"page": page.key})
    line = showing.line(incident, f"called-off:{page.key}", text)
    return Decision(incident, (fact,), (*showing.card(incident), *line))


def _what_came_first(incident: Incident, page: Page) -> str:
    if incident.reached(State.RESOLVED):
        return f"{incident.name} was resolved first"
    came = f"was {page.until} first" if incident.reached(page.until) else f"is {incident.severity} now"
    return f"{incident.name} {came}"


def effect_failed(incident: Incident, answer: answers.EffectFailed, *, now: datetime) -> Decision:
    """Show people what did not work: a line with Retry once it failed for good, a plain line while it is tried."""
    page = incident.pages.get(answer.effect.removeprefix(PAGE))
    if (
        page is not None
        and f"{PAGE}{page.key}" == answer.effect
        and page.state in CALLED_OFF
        and not answer.unknown
    ):
        return _never_left(incident, page, now)
    if answer.final and answer.effect == OpenRoom().key and incident.room.kind is RoomKind.DEDICATED:
        return _talk_in_a_thread(incident, answer, now)
    standing = incident.failures.get(answer.effect)
    known = standing is not None and (standing.reason, standing.final) == (answer.reason, answer.final)
    failure = Failure(answer.effect, answer.what, answer.reason, now, answer.final)
    changed = replace(incident, failures={**incident.failures, answer.effect: failure})
    text = f"{answer.what} did not work: {safe(answer.reason)}"
    if not answer.final:
        still = f"{text} Still trying."
        line = _late(changed, answer.effect, still)
        return Decision(
            changed, (_failed_fact(answer, still, now),), (*line, *_without_room(changed, answer))
        )
    changed = replace(changed, pages=_failed_pages(incident, answer, now))
    fact = _failed_fact(answer, text, now)
    if known or (answer.effect.startswith(WORDS) and not answer.here):
        return Decision(changed, (fact,))
    line = showing.line(changed, f"failed:{answer.effect}", text, Notice.FAILURE, f"retry:{answer.effect}")
    card = () if answer.effect == ShowCard().key else showing.card(changed)
    return Decision(changed, (fact,), (*card, *line, *_without_room(changed, answer)))


def _without_room(incident: Incident, answer: answers.EffectFailed) -> tuple[Effect, ...]:
    """A room that does not come holds back no longer what was to name it."""
    return outstanding(incident) if answer.effect == OpenRoom().key else ()


def _late(incident: Incident, effect: str, text: str) -> tuple[Effect, ...]:
    """What is late is said in the room; a room that is late itself, by the line in the incidents channel.

    That line is brought up to date once the room stands. A thread in that channel has no other place to be missed in.
    """
    if effect == OpenRoom().key:
        return (Announce(),) if incident.room.kind is RoomKind.DEDICATED else ()
    return showing.line(incident, f"late:{effect}", text, Notice.FAILURE)


def _failed_fact(answer: answers.EffectFailed, text: str, now: datetime) -> Fact:
    kind = FactKind.PAGE_FAILED if answer.effect.startswith("page:") else FactKind.EFFECT_FAILED
    return Fact(kind, now, text, data={"effect": answer.effect})


def _failed_pages(incident: Incident, answer: answers.EffectFailed, now: datetime) -> dict[str, Page]:
    key = answer.effect.removeprefix("page:")
    page = incident.pages.get(key) if key != answer.effect else None
    if page is None or page.state is not PageState.WAITING:
        return dict(incident.pages)
    return dict(
        settle(
            incident,
            key,
            state=PageState.FAILED,
            settled_at=now,
            reason=answer.reason,
            unknown=answer.unknown,
        )
    )


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
    failures = {key: value for key, value in incident.failures.items() if key != answer.effect}
    changed = replace(incident, failures=failures)
    text = f"{failure.what} has worked after all."
    fact = Fact(FactKind.RETRIED, now, text, data={"effect": answer.effect})
    line = showing.line(changed, f"recovered:{answer.effect}", text)
    return Decision(changed, (fact,), (*showing.card(changed), *line))


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


def _waiting_again(incident: Incident, effect: str) -> dict[str, Page]:
    key = effect.removeprefix("page:")
    page = incident.pages.get(key) if key != effect else None
    if page is None:
        return dict(incident.pages)
    if page.epoch != incident.epoch or incident.reached(page.until):
        raise Refused(f"That page is not needed any more: {incident.name} has moved on since.")
    return dict(settle(incident, key, state=PageState.WAITING, reason=""))
