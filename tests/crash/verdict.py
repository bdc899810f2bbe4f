"""What is true of one incident when all is over: what was lost, what was doubled, and what is shown wrongly."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from incidentbot.core.afterwards.leftovers import ReviewState
from incidentbot.core.direct_effects import AskDirect, RemindDirect
from incidentbot.core.effects import (
    Announce,
    Effect,
    Invite,
    Mirror,
    OpenRoom,
    Say,
    ShowCard,
    ShowDirect,
    ShowRun,
)
from incidentbot.core.file_effects import ShareCommands, ShareDraft
from incidentbot.core.incident import Incident
from incidentbot.core.policy import RoomKind, State
from incidentbot.playground.pagerduty.incidents import Incident as PagerIncident
from incidentbot.playground.slack.people import BOT_USER_ID
from incidentbot.playground.slack.records import Channel, Message
from incidentbot.slack import names
from incidentbot.slack.cards.wording import status_words, topic
from tests.crash.acts import Act
from tests.crash.reaper import effect_of
from tests.crash.scene import Scene

ON_CALL = {"on_call_primary": "U0ANA", "on_call_secondary": "U0BO"}
"""The Slack ids of the roles that the acts reach, as the workspace's team file binds them."""

DONE = frozenset({"done", "cancelled"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """Each finding is a sentence; nothing found is how it should be."""

    lost: tuple[str, ...] = ()
    doubled: tuple[str, ...] = ()
    second_rooms: tuple[str, ...] = ()
    untrue: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        return self == Verdict()

    @property
    def counts(self) -> tuple[int, int, int, int]:
        return len(self.lost), len(self.doubled), len(self.second_rooms), len(self.untrue)


async def judge(scene: Scene, act: Act, title: str) -> Verdict:
    """Compare the bot's books with both vendors, and both with what the act owes."""
    declared = await scene.declared(title)
    if len(declared) != 1:
        words = f"{len(declared)} incidents of one declaration"
        return Verdict(lost=() if declared else (words,), doubled=(words,) if declared else ())
    (incident,) = declared
    facts = Counter(one.fact.kind.value for one in await scene.facts(incident))
    owed = Counter(
        {
            **{f"fact {kind}": count for kind, count in act.facts.items()},
            **{f"ring {who}": count for who, count in Counter(act.rung).items()},
            **dict.fromkeys(_owed_posts(incident, scene.outbox(incident)), 1),
            "mail": act.mails,
            "file": sum(
                isinstance(effect, ShareCommands | ShareDraft) for effect, _ in scene.outbox(incident)
            ),
            **({"incident in PagerDuty": 1, "note": act.notes} if _is_one_in_pagerduty(act) else {}),
        }
    )
    seen = Counter({f"fact {kind}": count for kind, count in facts.items()})
    seen.update(f"ring {who}" for who in _rung(scene, incident))
    seen.update(_posts(scene, incident))
    seen.update("file" for room in _rooms(scene, incident) for one in room.messages.values() if one.files)
    seen.update("mail" for _ in _mails(scene, incident))
    if _is_one_in_pagerduty(act):
        standing = _in_pagerduty(scene, incident)
        seen.update("incident in PagerDuty" for _ in standing)
        seen.update("note" for one in standing for _ in one.notes)
    return Verdict(
        lost=tuple((owed - seen).elements()),
        doubled=(*(seen - owed).elements(), *_late(scene, incident)),
        second_rooms=tuple(_second_rooms(scene, incident)),
        untrue=tuple(_untrue(scene, act, incident)),
    )


def _rung(scene: Scene, incident: Incident) -> list[str]:
    rings = scene.workspace.pagerduty.phone.rings
    return [ring.user.name for ring in rings if ring.key.startswith(incident.id)]


def _late(scene: Scene, incident: Incident) -> list[str]:
    """Rings after an answer to any rung of the incident."""
    late = scene.workspace.pagerduty.late_rings(lambda key: key.partition(":")[0])
    return [f"late ring {ring.user.name}" for ring in late if ring.key.startswith(incident.id)]


def _mails(scene: Scene, incident: Incident) -> set[str]:
    """The mails of the incident by their Message-ID: one that arrived twice under it is one mail."""
    subject = f" {incident.name}: "
    mails = (one.mail for one in scene.mailbox.received)
    return {str(mail["Message-ID"]) for mail in mails if subject in mail["Subject"]}


def _is_one_in_pagerduty(act: Act) -> bool:
    """By REST an incident is one there, too; by events each rung is an alert of its own."""
    return bool(act.pager) and act.paging == "rest"


def _in_pagerduty(scene: Scene, incident: Incident) -> list[PagerIncident]:
    return [one for one in scene.workspace.pagerduty.incidents if one.key.startswith(incident.id)]


def _owed_posts(incident: Incident, outbox: Iterable[tuple[Effect, str]]) -> set[str]:
    """The posts that the bot's own books say were made, by their effect's key."""
    in_a_thread = incident.room.kind is RoomKind.THREAD
    made = {OpenRoom} if in_a_thread else {ShowCard}
    posts = (*made, ShowRun, ShowDirect, AskDirect, RemindDirect, Say, Announce, Mirror)
    return {f"post {effect.key}" for effect, _ in outbox if isinstance(effect, posts)}


def _posts(scene: Scene, incident: Incident) -> Iterator[str]:
    for message in _stamped(scene, incident):
        yield f"post {effect_of(message.metadata).removeprefix(f'{incident.id}:')}"


def _stamped(scene: Scene, incident: Incident) -> Iterator[Message]:
    for channel in scene.workspace.slack.workspace.channels.values():
        for message in channel.messages.values():
            if message.by_bot and effect_of(message.metadata).startswith(f"{incident.id}:"):
                yield message


def _rooms(scene: Scene, incident: Incident) -> list[Channel]:
    channels = scene.workspace.slack.workspace.channels.values()
    return [one for one in channels if one.name.startswith(f"inc-{incident.number}-")]


def _second_rooms(scene: Scene, incident: Incident) -> list[str]:
    rooms = [one.name for one in _rooms(scene, incident)]
    wanted = [incident.room.name] if incident.room.kind is RoomKind.DEDICATED else []
    return [] if rooms == wanted else [f"rooms {rooms}, wanted {wanted}"]


def _untrue(scene: Scene, act: Act, incident: Incident) -> Iterator[str]:
    """What the books call unfinished, and what people see that is not so."""
    outbox = scene.outbox(incident)
    yield from (f"{effect.key} is {state}" for effect, state in outbox if state not in DONE)
    yield from (f"{failure.what}: {failure.reason}" for failure in incident.failures.values())
    for one in _in_pagerduty(scene, incident):
        if one.status.value != act.pager:
            yield f"PagerDuty says {one.status}, not {act.pager}"
    yield from _untrue_cards(scene, incident)
    if incident.room.kind is RoomKind.DEDICATED:
        yield from _untrue_room(scene, incident, outbox)


def _untrue_cards(scene: Scene, incident: Incident) -> Iterator[str]:
    """The card and the line in the incidents channel say how the incident stands now."""
    for message in _stamped(scene, incident):
        key = effect_of(message.metadata).removeprefix(f"{incident.id}:")
        if (
            key.startswith("direct:")
            and incident.reached(State.ACKNOWLEDGED)
            and names.ACK in json.dumps(message.blocks)
        ):
            yield "a direct message still asks to acknowledge"
        if key in {"card", "announce", "room"} and status_words(incident) not in json.dumps(message.blocks):
            yield f"the {key} does not say {status_words(incident)}"
        run = incident.runs.get(key.removeprefix("run:"))
        if run is not None and f"Step {run.current + 1} of" not in json.dumps(message.blocks):
            yield f"the run's card does not show step {run.current + 1}"


def _untrue_room(scene: Scene, incident: Incident, outbox: Iterable[tuple[Effect, str]]) -> Iterator[str]:
    (room,) = _rooms(scene, incident)[:1] or (None,)
    if room is None:
        yield "there is no room"
        return
    if room.topic.value != topic(incident):
        yield f"the topic is {room.topic.value}"
    if [pin.ts for pin in room.pins] != [incident.room.card_ts]:
        yield f"{len(room.pins)} pins"
    if incident.plan.canvas and incident.review.state is ReviewState.PUBLISHED:
        canvas = scene.workspace.slack.workspace.canvases.get(room.id)
        if canvas is None or canvas.id != incident.room.canvas or "published" not in canvas.markdown:
            yield "the canvas does not show the published post-mortem"
    invited = [effect for effect, _ in outbox if isinstance(effect, Invite)]
    wanted = {*(user for one in invited for user in one.users), BOT_USER_ID}
    wanted |= {ON_CALL[role] for one in invited for role in one.roles}
    yield from (f"{user} is not in the room" for user in sorted(wanted - set(room.members)))
