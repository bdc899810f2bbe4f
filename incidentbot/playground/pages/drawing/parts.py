"""The parts of a page: what each needs to be drawn, and which of them a change touches. Tables and small readers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from incidentbot.playground.pages.desk import Desk
from incidentbot.playground.pages.handset import alarms, phone_of, rings_now
from incidentbot.playground.pages.memory import Unread
from incidentbot.playground.pages.reader import Reader
from incidentbot.playground.pages.spot import Spot
from incidentbot.playground.slack.delivering.asking import current_state
from incidentbot.playground.slack.people import BOT_USER_ID, Person
from incidentbot.playground.slack.records import Channel

COMMAND = "/incident"

TOUCHED: Mapping[str, frozenset[str]] = {
    "message": frozenset({"messages", "thread", "sidebar"}),
    "message_changed": frozenset({"messages", "thread", "head"}),
    "message_deleted": frozenset({"messages", "thread", "head", "sidebar"}),
    "reaction": frozenset({"messages", "thread"}),
    "pin": frozenset({"messages", "thread", "head"}),
    "ephemeral": frozenset({"messages", "thread", "sidebar"}),
    "bookmark": frozenset({"head"}),
    "canvas": frozenset({"head"}),
    "members": frozenset({"head", "composer", "sidebar"}),
    "channel": frozenset({"head", "composer", "sidebar"}),
    "view": frozenset({"modal"}),
    "home": frozenset({"home"}),
}
"""Kind of a workspace's change -> the parts it touches."""

PHONE_PARTS = frozenset({"phone", "sidebar", "head"})
CLOCK_PARTS = frozenset({"clock", "phone", "messages", "thread"})
BOT_PARTS = frozenset({"bot"})

Needs = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Door:
    """A conversation in the sidebar."""

    room: Channel
    unread: Unread
    here: bool


def people_of(desk: Desk) -> list[Person]:
    """Whom one can be."""
    return [one for one in desk.slack.workspace.people.values() if not one.is_bot]


def sidebar(desk: Desk, at: Spot) -> Needs:
    """Who one is, and where one can go."""
    doors = [_door(desk, at, room) for room in desk.slack.workspace.channels.values() if _listed(room, at)]
    own = [one for one in doors if at.person.id in one.room.members]
    rooms = [one for one in own if one.room.creator == BOT_USER_ID]
    return {
        "people": [(one, rings_now(desk.pagerduty, one)) for one in people_of(desk)],
        "channels": [one for one in own if one not in rooms],
        "rooms": rooms[::-1],
        "others": [one for one in doors if one not in own],
        "app": _app_unread(desk, at),
    }


def _listed(room: Channel, at: Spot) -> bool:
    here = at.room is room
    return room.kind != "im" and room.readable_by(at.person.id) and (here or not room.is_archived)


def _door(desk: Desk, at: Spot, room: Channel) -> Door:
    return Door(room, desk.memory.unread(at.person.id, room), at.room is room)


def _app_unread(desk: Desk, at: Spot) -> Unread:
    rooms = (room for room in desk.slack.workspace.channels.values() if room.im_user == at.person.id)
    return next((desk.memory.unread(at.person.id, room) for room in rooms), Unread())


def head(desk: Desk, at: Spot) -> Needs:
    """What is written above the messages."""
    workspace = desk.slack.workspace
    people = [
        workspace.people[one] for one in (at.room.members if at.room else []) if one in workspace.people
    ]
    pins = [at.room.messages[pin.ts] for pin in at.room.pins if pin.ts in at.room.messages] if at.room else []
    im = next((room.id for room in workspace.channels.values() if room.im_user == at.person.id), "")
    waiting = any(rings_now(desk.pagerduty, one) for one in people_of(desk))
    canvas = workspace.canvases.get(at.room.id) if at.room else None
    return {"members": people, "pins": pins[::-1], "app_room": im, "ringing": waiting, "canvas": canvas}


def composer(desk: Desk, at: Spot) -> Needs:
    """Where one writes, and what may be written after the slash."""
    inside = at.room is not None and at.person.id in at.room.members and not at.room.is_archived
    return {
        "hints": [(usage, what, " ".join(usage.split()[:2])) for usage, what in desk.hints],
        "mentions": [one for one in desk.slack.workspace.people.values() if one is not at.person],
        "inside": inside,
        "shortcuts": desk.shortcuts,
    }


def modal(desk: Desk, at: Spot) -> Needs:
    """The form in front of the person, if there is one."""
    stack = desk.slack.workspace.modals.get(at.person.id, [])
    view = desk.slack.workspace.views[stack[-1]] if stack else None
    state = current_state(view.body["blocks"], view.typed) if view else {}
    return {"view": view, "state": state, "errors": desk.memory.complaints.get(view.id, {}) if view else {}}


def home(desk: Desk, at: Spot) -> Needs:
    """What the app published on this person's home."""
    shown = desk.slack.workspace.homes.get(at.person.id)
    view = desk.slack.workspace.views[shown] if shown else None
    return {"view": view, "state": current_state(view.body["blocks"], view.typed) if view else {}}


def phone(desk: Desk, at: Spot) -> Needs:
    """One person's pages, and whose phones ring."""
    owner = next((one for one in people_of(desk) if one.name == at.phone), at.person)
    user = phone_of(desk.pagerduty, owner)
    found = alarms(desk.pagerduty, user) if user else []
    return {
        "owner": owner,
        "local": Reader(desk.slack.workspace, owner),
        "alarms": {tone: list(some) for tone, some in groupby(found, key=lambda one: one.tone)},
        "people": [(one, rings_now(desk.pagerduty, one)) for one in people_of(desk)],
    }


def notice(desk: Desk, at: Spot) -> Needs:
    """What went wrong with the last thing the person did."""
    return {"text": desk.memory.notices.get(at.person.id, "")}


def clock(desk: Desk, at: Spot) -> Needs:
    """The workspace's instant."""
    return {"now": desk.slack.clock.now()}


def bot(desk: Desk, at: Spot) -> Needs:
    """The bot's process, where it can be steered."""
    return {"bot": desk.bot, "up": desk.bot is not None and desk.bot.running}


NEEDS: Mapping[str, Callable[[Desk, Spot], Needs]] = {
    "sidebar": sidebar,
    "head": head,
    "notice": notice,
    "composer": composer,
    "clock": clock,
    "phone": phone,
    "bot": bot,
    "modal": modal,
    "home": home,
}
"""Part -> what its template is given. The messages and the thread are drawn row by row, by the painter."""
