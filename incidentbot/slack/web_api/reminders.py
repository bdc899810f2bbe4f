"""Reminders of what is left to do, as direct messages: each person reads one once. Decides nothing."""

from dataclasses import dataclass

from incidentbot.clock import Clock
from incidentbot.core.afterwards.reminded import is_moot
from incidentbot.core.answers import Answer, Invited
from incidentbot.core.direct_effects import RemindDirect
from incidentbot.core.incident import Incident
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.ports import Claimed, OnCall
from incidentbot.slack.cards.direct import reminder
from incidentbot.slack.web_api.calls import Declined
from incidentbot.slack.web_api.directs import ABOUT_A_PERSON, AT_ONCE, Directs, some_written
from incidentbot.slack.web_api.posts import Place, Posts
from incidentbot.slack.web_api.refusal_words import INVITING


@dataclass(frozen=True, slots=True)
class Reminders:
    """Tells RemindDirect."""

    directs: Directs
    posts: Posts
    oncall: OnCall
    clock: Clock

    async def tell(self, incident: Incident, claimed: Claimed, effect: RemindDirect) -> Answer | None:
        """Write to the person, or to those who have the role, ten at most: its line in the room is for all of them.

        Nobody is reminded of what was settled meanwhile. Whoever hears of a private incident is in it from then on.
        Raises TryLater, unknown once the first was written to, and GiveUp with the names of those who cannot be.
        """
        if is_moot(incident, effect, self.clock.now()):
            return None
        people = (effect.user,) if effect.user else self.oncall.people(effect.role)[:AT_ONCE]
        missing: list[str] = []
        for number, user in enumerate(people):
            try:
                missing += await self._write(user, incident, claimed, effect)
            except TryLater as later:
                raise some_written(later, number) from later
        if missing:
            raise GiveUp(
                f"{', '.join(missing)}. Tell them yourself, or give it to somebody else, then press Retry."
            )
        return Invited(people) if incident.private and effect.role and people else None

    async def _write(
        self, user: str, incident: Incident, claimed: Claimed, effect: RemindDirect
    ) -> tuple[str, ...]:
        """Who cannot be written to, and why; nothing where they were."""
        try:
            place = Place(await self.directs.channel_with(user))
            await self.posts.post(place, reminder(incident, effect), claimed)
        except Declined as declined:
            if declined.code not in ABOUT_A_PERSON:
                raise
            return (f"<@{user}>: {INVITING.get(declined.code, declined.code.replace('_', ' '))}",)
        return ()
