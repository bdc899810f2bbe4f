"""Summons: who is written to beside a page or instead of one, by mail and directly in Slack. Rings no phone.

They leave once the room can be named, and say afterwards who has it (docs/decisions/0015-mail-and-direct-messages.md).
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from incidentbot.core.anew import replace
from incidentbot.core.decision import Decision
from incidentbot.core.effects import Effect, SendMail, ShowDirect
from incidentbot.core.incident import Incident, Summons
from incidentbot.core.policy import Policy, RoomKind, State

EMAIL, SLACK = "email", "slack"
WAYS = (EMAIL, SLACK)
"""The notifiers that write to people, as a level lists them."""

TYPED = ":typed"
"""What the key of a page has that a person asked for."""


def summon(
    incident: Incident,
    role: str,
    *,
    key: str,
    until: State,
    policy: Policy,
    ways: Collection[str] = WAYS,
) -> Decision:
    """Write to `role` by those of `ways` that the severity lists and that are connected, once for each key.

    key: the page's. What cannot name its room yet leaves when the room stands (`outstanding`).
    """
    before = incident.summons.get(key, Summons(key, role, incident.epoch, until))
    new = [way for way in ways if way in incident.plan.notify and way in policy.connected]
    by = tuple(dict.fromkeys((*before.by, *new)))
    if by == before.by:
        return Decision(incident)
    changed = replace(incident, summons={**incident.summons, key: replace(before, by=by)})
    return Decision(changed, effects=_effects(changed.summons[key]) if _room_is_settled(incident) else ())


def write_to(incident: Incident, role: str, *, key: str, until: State, policy: Policy) -> Decision:
    """Write to `role` directly, whatever the severity lists: no phone reaches them. What stands is brought up to date."""
    before = incident.summons.get(key, Summons(key, role, incident.epoch, until))
    if SLACK not in policy.connected or is_moot(incident, before):
        return Decision(incident)
    by = tuple(dict.fromkeys((*before.by, SLACK)))
    changed = replace(incident, summons={**incident.summons, key: replace(before, by=by)})
    return Decision(changed, effects=(ShowDirect(key, role),) if _room_is_settled(incident) else ())


def outstanding(incident: Incident) -> tuple[Effect, ...]:
    """What waited for the room; what has left already is known by its key, or brought up to date."""
    return tuple(effect for one in _open(incident) for effect in _effects(one))


def _room_is_settled(incident: Incident) -> bool:
    return incident.room.kind is RoomKind.NONE or incident.room.channel is not None


def _open(incident: Incident) -> Iterator[Summons]:
    return (
        one for one in incident.summons.values() if one.epoch == incident.epoch and not is_moot(incident, one)
    )


def _effects(one: Summons) -> tuple[Effect, ...]:
    effects: Mapping[str, Effect] = {
        EMAIL: SendMail(one.key, one.role),
        SLACK: ShowDirect(one.key, one.role),
    }
    return tuple(effects[way] for way in one.by)


def is_moot(incident: Incident, one: Summons) -> bool:
    """Whether there is no point in it any more: what it calls for is reached, or it is of an earlier epoch."""
    return one.answer is not None or one.epoch != incident.epoch or incident.reached(one.until)


def answer(
    incident: Incident,
    by: str,
    *,
    over: bool,
    now: datetime,
    spared: Collection[str] = (),
    ended: Collection[str] = (),
) -> Decision:
    """Somebody has it, or it is `over`: mails that wait do not leave, and messages say so from now on.

    spared: the keys of those that nobody has answered yet. ended: of those that end whatever milestone they go on to.
    """
    summons: dict[str, Summons] = dict(incident.summons)
    effects: list[Effect] = []
    pointless: list[str] = []
    state = State.RESOLVED if over else State.ACKNOWLEDGED
    for one in incident.summons.values():
        if one.key in spared:
            continue
        is_over = over or one.key in ended or incident.reached(one.until)
        if is_over:
            pointless += [SendMail(one.key, one.role).key, ShowDirect(one.key, one.role).key]
        if (
            one.epoch != incident.epoch
            or one.answer in {state, State.RESOLVED}
            or not (is_over or one.messages)
        ):
            continue
        summons[one.key] = replace(one, answer=state, answered_by=by, answered_at=now)
        effects += [ShowDirect(one.key, one.role)] if SLACK in one.by else []
    failures = {key: failure for key, failure in incident.failures.items() if key not in pointless}
    mails = tuple(key for key in pointless if key.startswith("mail:"))
    return Decision(
        replace(incident, summons=summons, failures=failures), effects=tuple(effects), cancels=mails
    )


def withdraw(incident: Incident) -> Decision:
    """Keep back what the ladder has not written yet and the new level does not list."""
    kept = {
        one.key: replace(one, by=_listed(incident, one)) for one in _open(incident) if TYPED not in one.key
    }
    mails = [
        SendMail(key, one.role).key
        for key, one in kept.items()
        if EMAIL in incident.summons[key].by and EMAIL not in one.by
    ]
    return Decision(replace(incident, summons={**incident.summons, **kept}), cancels=tuple(mails))


def _listed(incident: Incident, one: Summons) -> tuple[str, ...]:
    """A message that stands is brought up to date whatever the level lists."""
    return tuple(way for way in one.by if way in incident.plan.notify or (way == SLACK and one.messages))
