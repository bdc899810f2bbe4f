"""Gathers what a post-mortem draft is made of: facts, the room's messages, runs and roles. Writes no sentence."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence

from incidentbot.core.afterwards.review import due_of, owner_of
from incidentbot.core.incident import Incident
from incidentbot.core.messages import OWN, Message
from incidentbot.core.policy import RoomKind
from incidentbot.core.postmortems.postmortem import build_draft
from incidentbot.core.postmortems.postmortem_types import Draft, DraftSource, RoomMessage
from incidentbot.core.text.words import role_words
from incidentbot.flows.ports import Store

REMEMBERED = 8
"""Drafts that are kept in mind: those that people read and review these days."""


class Drafts:
    """The drafts that were looked at lately: made anew where a record has changed, and only there."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, tuple[tuple[object, ...], Draft]] = OrderedDict()

    async def of(self, incident: Incident, *, slack_url: str = "") -> Draft:
        """The draft as the records stand now. Reads no message where nobody has said anything since."""
        mark = (incident, await self._store.messages_mark(), slack_url)
        known = self._kept.get(incident.id)
        if known is not None and known[0] == mark:
            self._kept.move_to_end(incident.id)
            return known[1]
        draft = await draft_of(self._store, incident, slack_url=slack_url)
        self._kept[incident.id] = (mark, draft)
        if len(self._kept) > REMEMBERED:
            self._kept.popitem(last=False)
        return draft


async def draft_of(store: Store, incident: Incident, *, slack_url: str = "") -> Draft:
    """The draft of an incident as its records stand now. slack_url: where its messages can be linked to."""
    source = await source_of(store, incident, slack_url=slack_url)
    return await asyncio.to_thread(
        build_draft, source
    )  # half a second for 10,000 messages: people type beside it


async def source_of(store: Store, incident: Incident, *, slack_url: str = "") -> DraftSource:
    """Everything the draft is made from, read once."""
    facts = await store.facts(incident.id)
    messages = await store.messages(incident.id)
    called = [fact.fact.data.get("after") for fact in facts if fact.fact.data.get("after")]
    first = next(
        (fact.fact.data["severity"] for fact in facts if "severity" in fact.fact.data), incident.severity
    )
    return DraftSource(
        id=incident.name,
        title=f"{'[PRIVATE] ' * incident.private}{'[DRILL] ' * incident.drill}{incident.title}",
        facts=tuple(facts),
        messages=await asyncio.to_thread(_said, messages, slack_url),
        severities=(str(first), *(str(one) for one in called)),
        status=incident.status.value,
        impact=incident.impact,
        roles=_roles(incident),
        runs=tuple(incident.runs.values()),
        review_due=due_of(incident),
        review_state=incident.review.state,
        review_owner=owner_of(incident) or None,
        rooms=_rooms(incident),
        marks=incident.plan.marks,
        unmarks=incident.plan.unmarks,
    )


def _said(messages: Sequence[Message], slack_url: str) -> tuple[RoomMessage, ...]:
    """What others than the bot wrote, each with its link."""
    return tuple(RoomMessage(one.ts, one, _link(one, slack_url)) for one in messages if one.subtype != OWN)


def _rooms(incident: Incident) -> Mapping[str, str]:
    """The name of its own channel: of a thread's it is not known."""
    room = incident.room
    return {room.channel: room.name} if room.channel and room.kind is RoomKind.DEDICATED else {}


def _roles(incident: Incident) -> Mapping[str, str]:
    """User id -> role word; a person with two roles is called by the first."""
    words: dict[str, str] = {}
    for role, user in incident.roles.items():
        words.setdefault(user, "incident lead" if role == "lead" else role_words(role))
    return words


def _link(message: Message, slack_url: str) -> str | None:
    """Slack's permalink: the channel and the stamp without its dot."""
    if not slack_url:
        return None
    link = f"{slack_url.rstrip('/')}/archives/{message.channel}/p{message.ts.replace('.', '')}"
    return f"{link}?thread_ts={message.thread_ts}&cid={message.channel}" if message.thread_ts else link
