"""Slack as the flows see it: tells one effect, answers with what must be remembered. Decides nothing."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from incidentbot.core import effects
from incidentbot.core.answers import Announced, Answer, CardShown, Invited, RoomOpened, RunShown
from incidentbot.core.direct_effects import AskDirect, RemindDirect
from incidentbot.core.file_effects import ShareCommands, ShareDraft, ShowCanvas
from incidentbot.core.incident import Incident
from incidentbot.core.policy import RoomKind
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.alerts.alert_ports import AlertPost
from incidentbot.flows.ports import Claimed
from incidentbot.flows.watchdog.house_ports import HousePost
from incidentbot.slack.cards.announcement import announcement
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.cards.incident import card
from incidentbot.slack.cards.notices import by_voice, mirrored, notice, of_no_incident
from incidentbot.slack.cards.run_files import document, snippets
from incidentbot.slack.cards.runbook import left_card, run_card
from incidentbot.slack.cards.wording import topic
from incidentbot.slack.desk import Desk
from incidentbot.slack.offers import Offers
from incidentbot.slack.run_around import around
from incidentbot.slack.web_api.calls import Calls
from incidentbot.slack.web_api.canvases import Canvases
from incidentbot.slack.web_api.channels import Channels
from incidentbot.slack.web_api.directs import Directs
from incidentbot.slack.web_api.files import Files
from incidentbot.slack.web_api.identity import Identity
from incidentbot.slack.web_api.posts import Place, Posts
from incidentbot.slack.web_api.reminders import Reminders
from incidentbot.slack.web_api.rooms import Rooms
from incidentbot.telemetry import logger

ALERTS, INCIDENTS, OPERATIONS = "alerts", "incidents", "ops"
"""The profile's words for the channels of alerts that open nothing, of every announcement, and of the house itself."""

DEADLINE_S = 25.0
"""All calls of one effect together; with the wait at a start still shorter than the lease of an effect (30 s)."""

log = logger(__name__)

Tell = Callable[[Incident, Claimed, Any], Awaitable[Answer | None]]


class SlackChat:
    """The teller of every effect that Slack shows (`TOLD`)."""

    def __init__(
        self,
        calls: Calls,
        desk: Desk,
        identity: Identity,
        channels: Channels | None = None,
        *,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._deadline_s = deadline_s
        self._desk = desk
        self._slack_url = identity.url
        self.channels = channels or Channels(calls)
        self._offers = Offers(desk)
        self._rooms = Rooms(calls, self.channels, identity, desk.oncall)
        self._posts = Posts(calls, desk, identity)
        self._files = Files(calls, self._posts)
        self._directs = Directs(calls, self._posts, desk.oncall)
        self._tells: Mapping[type[Any], Tell] = {
            effects.OpenRoom: self._open_room,
            effects.ShowCard: self._show_card,
            effects.ShowRun: self._show_run,
            ShareCommands: self._share_commands,
            ShareDraft: self._share_draft,
            ShowCanvas: Canvases(calls, desk, identity.url).tell,
            effects.Say: self._say,
            effects.Invite: self._invite,
            effects.SetTopic: self._set_topic,
            effects.PinCard: self._pin_card,
            effects.Announce: self._announce,
            effects.Mirror: self._mirror,
            effects.ShowDirect: self._directs.show,
            AskDirect: self._directs.ask,
            RemindDirect: Reminders(self._directs, self._posts, desk.oncall, desk.clock).tell,
        }

    async def tell(self, incident: Incident, claimed: Claimed) -> Answer | None:
        """Make the calls. Raises GiveUp, or TryLater: unknown at the deadline, since the last call may have arrived."""
        try:
            async with asyncio.timeout(self._deadline_s):
                return await self._tells[type(claimed.effect)](incident, claimed, claimed.effect)
        except TimeoutError as late:
            raise TryLater(f"Slack did not answer within {self._deadline_s:g} s.", unknown=True) from late

    async def _open_room(self, incident: Incident, claimed: Claimed, _: effects.OpenRoom) -> Answer:
        if incident.room.kind is RoomKind.DEDICATED:
            name, private = incident.room.name, incident.private
            channel = await self._rooms.create(name, tried_before=claimed.unknown, private=private)
            return RoomOpened(channel)
        channel = await self._profile_channel(INCIDENTS)
        ts = await self._posts.post(Place(channel), await self._card(incident), claimed)
        return RoomOpened(channel, ts)

    async def _show_card(self, incident: Incident, claimed: Claimed, _: effects.ShowCard) -> Answer | None:
        place, shown = _room(incident), await self._card(incident)
        ts = incident.room.card_ts or incident.room.thread_ts
        if ts is not None and await self._posts.update(place.channel, ts, shown):
            return None if incident.room.card_ts else CardShown(ts)
        return CardShown(await self._posts.post(place, shown, claimed))

    async def _card(self, incident: Incident) -> Shown:
        desk, offers = self._desk, await self._offers.of(incident)
        hours = desk.policy.business
        return card(incident, connections=desk.connections, oncall=desk.oncall, hours=hours, offers=offers)

    async def _show_run(self, incident: Incident, claimed: Claimed, effect: effects.ShowRun) -> Answer | None:
        run = incident.runs[effect.run]
        place = _room(incident)
        if run.card_ts is None and run.left_ts is not None:
            await self._posts.update(place.channel, run.left_ts, left_card(run))
        book = await self._desk.runbook(run.sha256)
        shown = run_card(incident, run, book, around(self._desk, incident, run, book))
        if run.card_ts is not None and await self._posts.update(place.channel, run.card_ts, shown):
            return None
        return RunShown(run.id, await self._posts.post(place, shown, claimed))

    async def _share_commands(self, incident: Incident, claimed: Claimed, effect: ShareCommands) -> None:
        run = incident.runs[effect.run]
        book = await self._desk.runbook(run.sha256)
        for snippet in snippets(incident, run, book, effect.step):
            await self._files.share(_room(incident), snippet, claimed)

    async def _share_draft(self, incident: Incident, claimed: Claimed, effect: ShareDraft) -> None:
        place, text = _room(incident), await self._desk.document(incident, slack_url=self._slack_url)
        await self._files.share(place, document(incident, effect, text), claimed)

    async def _say(self, incident: Incident, claimed: Claimed, effect: effects.Say) -> None:
        await self._posts.post(_room(incident), notice(incident, effect, self._called(effect.call)), claimed)

    async def _invite(self, incident: Incident, _: Claimed, effect: effects.Invite) -> Answer | None:
        if incident.room.kind is not RoomKind.DEDICATED:
            return None
        users = await self._rooms.invite(_room(incident).channel, effect.users, effect.roles)
        return Invited(users) if incident.private and users else None

    async def _set_topic(self, incident: Incident, _: Claimed, __: effects.SetTopic) -> None:
        if incident.room.kind is RoomKind.DEDICATED:
            await self._rooms.set_topic(_room(incident).channel, topic(incident))

    async def _pin_card(self, incident: Incident, _: Claimed, effect: effects.PinCard) -> None:
        await self._rooms.pin(_room(incident).channel, effect.ts)

    async def _announce(self, incident: Incident, claimed: Claimed, _: effects.Announce) -> Answer | None:
        if incident.private:
            return None
        shown, room = announcement(incident), incident.room
        if (
            room.announced_in is not None
            and room.announced_ts is not None
            and await self._posts.update(room.announced_in, room.announced_ts, shown)
        ):
            return None
        channel = await self._profile_channel(INCIDENTS)
        return Announced(channel, await self._posts.post(Place(channel), shown, claimed))

    async def _mirror(self, incident: Incident, claimed: Claimed, effect: effects.Mirror) -> None:
        text = f"{effect.text}{self._called(effect.call)}"
        if incident.private:
            await self._directs.tell_insiders(incident, claimed, mirrored(incident, text, effect.button))
            return
        named = self._desk.policy.channels
        key = next((key for key, name in named.items() if name == effect.channel), INCIDENTS)
        name = effect.channel or named.get(INCIDENTS, "")
        channel = await self._enter(name, key)
        await self._posts.post(Place(channel), mirrored(incident, text, effect.button), claimed)

    def _called(self, role: str) -> str:
        return by_voice(role, self._desk.oncall, self._desk.connections.phone)

    async def post_alerts(self, post: AlertPost) -> None:
        """Post a line about alerts, once; without a channel of their own in the incidents channel."""
        await self._post_of_none(ALERTS, Place(await self._channel_or_incidents(ALERTS)), post)

    async def post_house(self, post: HousePost) -> None:
        """Post a line about the house itself, once; without a channel of operations in the incidents channel."""
        if post.user:
            channel = await self._directs.channel_with(post.user)
        else:
            channel = post.channel or await self._channel_or_incidents(OPERATIONS)
        await self._post_of_none("house", Place(channel, post.thread), post)

    async def _post_of_none(self, of: str, place: Place, post: AlertPost | HousePost) -> None:
        effect = effects.Mirror(post.name, "", post.text)
        since, unknown = post.tried_since or self._desk.clock.now(), post.tried_since is not None
        claimed = Claimed(0, of, effect, 0, 1, unknown, since)
        answers = post.acknowledges if isinstance(post, HousePost) else ""
        try:
            async with asyncio.timeout(self._deadline_s):
                await self._posts.post(place, of_no_incident(post.text, answers), claimed)
        except TimeoutError as late:
            raise TryLater(f"Slack did not answer within {self._deadline_s:g} s.", unknown=True) from late

    async def _channel_or_incidents(self, key: str) -> str:
        if key not in self._desk.policy.channels:
            return await self._profile_channel(INCIDENTS)
        try:
            return await self._profile_channel(key)
        except GiveUp as missing:
            log.warning("channel_missing", reason=missing.reason)
            return await self._profile_channel(INCIDENTS)

    async def _profile_channel(self, key: str) -> str:
        name = self._desk.policy.channels.get(key)
        if name is None:
            raise GiveUp(f"The profile names no `channels.{key}`. Add it, then press Retry.")
        return await self._enter(name, key)

    async def _enter(self, name: str, key: str) -> str:
        channel = await self.channels.resolve(name, key)
        await self.channels.enter(channel)
        return channel


TOLD = (
    effects.OpenRoom,
    effects.ShowCard,
    effects.ShowRun,
    ShareCommands,
    ShareDraft,
    ShowCanvas,
    effects.Say,
    effects.Invite,
    effects.SetTopic,
    effects.PinCard,
    effects.Announce,
    effects.Mirror,
    effects.ShowDirect,
    AskDirect,
    RemindDirect,
)
"""The effects SlackChat tells."""


def _room(incident: Incident) -> Place:
    if incident.room.channel is None:
        raise TryLater("The room is not open yet.")
    return Place(incident.room.channel, incident.room.thread_ts)
