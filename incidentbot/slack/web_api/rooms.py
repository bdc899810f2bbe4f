"""An incident's room: made, filled with people, named in its topic. Each done once, whatever was cut off before."""

from collections.abc import Sequence

from incidentbot.core.refusals import GiveUp
from incidentbot.flows.ports import OnCall
from incidentbot.slack.payloads import Payload, parts, text
from incidentbot.slack.web_api.calls import Calls, Declined
from incidentbot.slack.web_api.channels import Channels
from incidentbot.slack.web_api.identity import Identity
from incidentbot.slack.web_api.refusal_words import INVITING
from incidentbot.slack.web_api.scopes import Method

MOST_INVITED = 100
"""Slack's limit for one call of conversations.invite."""

COMES_ALREADY = frozenset({"already_in_channel", "cant_invite_self"})


class Rooms:
    """Makes and fills channels."""

    def __init__(self, calls: Calls, channels: Channels, identity: Identity, oncall: OnCall) -> None:
        self._calls = calls
        self._channels = channels
        self._identity = identity
        self._oncall = oncall
        self._topics: dict[str, str] = {}

    async def create(self, name: str, *, tried_before: bool, private: bool = False) -> str:
        """Make the channel of this name, or find the one an earlier try made; returns its id.

        The name is ours alone (four random characters), so a channel of that name made by the bot is this one.
        """
        found = await self._own(name) if tried_before else None
        if found is not None:
            return found
        try:
            hidden = {"is_private": True} if private else {}
            body = await self._calls.call(Method.CHANNEL_CREATE, name=name, **hidden)
        except Declined as declined:
            if declined.code != "name_taken":
                raise
            found = await self._own(name)
            if found is None:
                raise
            return found
        return text(body, "channel", "id")

    async def _own(self, name: str) -> str | None:
        return await self._channels.find_own(name, self._identity.bot_user_id)

    async def invite(self, channel: str, users: tuple[str, ...], roles: tuple[str, ...]) -> tuple[str, ...]:
        """Bring people and whoever has these roles now into the channel, as many in one call as Slack takes.

        Returns who is in it now.
        Raises GiveUp naming who could not be invited; the others are in.
        """
        bound = [user for role in roles for user in self._oncall.people(role)]
        wanted = [user for user in dict.fromkeys([*users, *bound]) if user != self._identity.bot_user_id]
        missing: list[Payload] = []
        for begin in range(0, len(wanted), MOST_INVITED):
            missing += await self._invite_some(channel, wanted[begin : begin + MOST_INVITED])
        _tell_who_is_missing(missing)
        return tuple(wanted)

    async def _invite_some(self, channel: str, users: Sequence[str]) -> Sequence[Payload]:
        """Those who could not be invited, as Slack tells them."""
        try:
            body = await self._calls.call(
                Method.CHANNEL_INVITE, channel=channel, users=",".join(users), force=True
            )
        except Declined as declined:
            body = declined.body
            if not parts(body, "errors"):
                if declined.code in COMES_ALREADY:
                    return []
                raise
        return parts(body, "errors")

    async def set_topic(self, channel: str, topic: str) -> None:
        """Bring the topic up to date; one that this process has set already is left alone."""
        if self._topics.get(channel) == topic:
            return
        await self._calls.call(Method.CHANNEL_TOPIC, channel=channel, topic=topic)
        self._topics[channel] = topic

    async def pin(self, channel: str, ts: str) -> None:
        """Pin a message; one that is pinned already stays so."""
        try:
            await self._calls.call(Method.PIN, channel=channel, timestamp=ts)
        except Declined as declined:
            if declined.code != "already_pinned":
                raise


def _tell_who_is_missing(missing: Sequence[Payload]) -> None:
    failed = [one for one in missing if text(one, "error") not in COMES_ALREADY]
    if not failed:
        return
    said = ", ".join(f"<@{text(one, 'user')}> ({_why(text(one, 'error'))})" for one in failed)
    raise GiveUp(f"I could not invite {said}. Everybody else was invited.")


def _why(code: str) -> str:
    return INVITING.get(code, code.replace("_", " "))
