"""Direct messages to whoever has a role: each posted once, and brought up to date where they stand."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from incidentbot.core.answers import DirectShown
from incidentbot.core.direct_effects import AskDirect
from incidentbot.core.effects import ShowDirect
from incidentbot.core.incident import Incident, Summons, Written
from incidentbot.core.ladders.summons import is_moot
from incidentbot.core.refusals import GiveUp
from incidentbot.core.text.words import role_words
from incidentbot.flows.ports import Claimed, OnCall
from incidentbot.slack.cards.direct import direct
from incidentbot.slack.cards.notices import answered, question
from incidentbot.slack.payloads import text
from incidentbot.slack.web_api.calls import Calls, Declined
from incidentbot.slack.web_api.posts import Place, Posts
from incidentbot.slack.web_api.refusal_words import INVITING
from incidentbot.slack.web_api.scopes import Method

ASKED_WITHIN = timedelta(days=1)
"""A question that stood for longer before it was over is not looked for."""

ABOUT_A_PERSON = frozenset({"user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "is_bot"})
"""Codes that say something of one person: the others are written to all the same."""


class Directs:
    """Tells ShowDirect. The conversation with a person is opened once in the life of the process."""

    def __init__(self, calls: Calls, posts: Posts, oncall: OnCall) -> None:
        self._calls = calls
        self._posts = posts
        self._oncall = oncall
        self._channels: dict[str, str] = {}

    async def show(self, incident: Incident, claimed: Claimed, effect: ShowDirect) -> DirectShown | None:
        """Post, or bring up to date. Nothing is begun for what somebody has already. Raises TryLater, GiveUp."""
        summons = incident.summons.get(effect.summons)
        if summons is None:
            return None
        if summons.messages:
            shown = direct(incident, summons)
            for one in summons.messages:
                await self._posts.update(one.channel, one.ts, shown)
            return None
        tried = replace(claimed, unknown=claimed.unknown or claimed.attempt > 1)
        if is_moot(incident, summons) and not tried.unknown:
            return None
        return await self._write(incident, summons, tried)

    async def ask(self, incident: Incident, claimed: Claimed, effect: AskDirect) -> None:
        """Ask one person, once; nothing is asked any more that was answered meanwhile. Raises TryLater, GiveUp.

        A question that is over is looked for, and loses its buttons.
        """
        if effect.over:
            place = Place(await self.channel_with(effect.user))
            asked = replace(claimed, effect=replace(effect, over=False), unknown=True)
            asked = replace(asked, first_tried_at=claimed.first_tried_at - ASKED_WITHIN)
            await self._posts.found(place, answered(incident, effect.text), asked)
            return
        if incident.holders.asked_at is None:
            return
        place = Place(await self.channel_with(effect.user))
        await self._posts.post(place, question(incident, effect.text), claimed)

    async def _write(self, incident: Incident, summons: Summons, claimed: Claimed) -> DirectShown | None:
        shown, moot = direct(incident, summons), is_moot(incident, summons)
        messages: list[Written] = []
        missing: list[str] = []
        for user in self._oncall.people(summons.role):
            try:
                place = Place(await self.channel_with(user))
                ts = await self._posts.found(place, shown, claimed) if moot else None
                ts = ts if moot else await self._posts.post(place, shown, claimed)
            except Declined as declined:
                if declined.code not in ABOUT_A_PERSON:
                    raise
                missing.append(f"<@{user}> ({INVITING.get(declined.code, declined.code.replace('_', ' '))})")
                continue
            messages += [Written(place.channel, ts)] if ts else []
        return _told(summons, messages, missing)

    async def channel_with(self, user: str) -> str:
        """The channel of direct messages with a person. Raises TryLater, GiveUp."""
        if user not in self._channels:
            body = await self._calls.call(Method.DIRECT_OPEN, users=user)
            self._channels[user] = text(body, "channel", "id")
        return self._channels[user]


def _told(summons: Summons, messages: Sequence[Written], missing: Sequence[str]) -> DirectShown | None:
    role = role_words(summons.role)
    sentence = f"I could not write to {', '.join(missing)}, called in as the {role}." if missing else ""
    if messages:
        return DirectShown(summons.key, tuple(messages), sentence)
    if missing:
        raise GiveUp(f"{sentence} Call them yourself.")
    return None
