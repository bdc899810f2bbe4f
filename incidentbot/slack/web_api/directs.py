"""Direct messages to whoever has a role: each posted once, and brought up to date where they stand."""

from dataclasses import replace
from datetime import timedelta

from incidentbot.core.answers import DirectShown
from incidentbot.core.direct_effects import AskDirect
from incidentbot.core.effects import ShowDirect
from incidentbot.core.incident import Incident, Summons, Written
from incidentbot.core.ladders.summons import is_moot
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.core.text.words import role_words
from incidentbot.core.visibility import insiders
from incidentbot.flows.ports import Claimed, OnCall
from incidentbot.slack.cards.blocks import Shown
from incidentbot.slack.cards.direct import direct
from incidentbot.slack.cards.notices import answered, question
from incidentbot.slack.payloads import text
from incidentbot.slack.web_api.calls import Calls, Declined
from incidentbot.slack.web_api.posts import Place, Posts
from incidentbot.slack.web_api.refusal_words import INVITING
from incidentbot.slack.web_api.scopes import Method

ASKED_WITHIN = timedelta(days=1)
"""A question that stood for longer before it was over is not looked for."""

AT_ONCE = 10
"""People of one role written to in one turn: with a look-up for each still far within the lease of the effect."""

MOST_KEPT = 4096
"""Messages of which it is remembered what they say."""

ABOUT_A_PERSON = frozenset({"user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "is_bot"})
"""Codes that say something of one person: the others are written to all the same."""


class Directs:
    """Tells ShowDirect. The conversation with a person is opened once in the life of the process."""

    def __init__(self, calls: Calls, posts: Posts, oncall: OnCall) -> None:
        self._calls = calls
        self._posts = posts
        self._oncall = oncall
        self._channels: dict[str, str] = {}
        self._shown: dict[Written, Shown] = {}

    async def show(self, incident: Incident, claimed: Claimed, effect: ShowDirect) -> DirectShown | None:
        """Write to some of those who have the role, or bring up to date what stands. Raises TryLater, GiveUp.

        Many are written to a few at a time (`AT_ONCE`): the answer says who, and that the others' turn comes.
        Nothing is begun for what somebody has already.
        """
        summons = incident.summons.get(effect.summons)
        if summons is None:
            return None
        is_over = is_moot(incident, summons)
        if is_over or (summons.messages and not summons.more):
            await self._bring_up_to_date(incident, summons)
        if (summons.tried or summons.messages) and not summons.more:
            return None
        if is_over and not claimed.unknown:
            return None
        return await self._write(incident, summons, claimed)

    async def _bring_up_to_date(self, incident: Incident, summons: Summons) -> None:
        """A group is larger than what Slack takes in a minute: what this process has brought up to date stays so."""
        shown = direct(incident, summons)
        for one in summons.messages:
            if self._shown.get(one) != shown:
                await self._posts.update(one.channel, one.ts, shown)
                self._remember(one, shown)

    def _remember(self, one: Written, shown: Shown) -> None:
        self._shown.pop(one, None)
        self._shown[one] = shown
        if len(self._shown) > MOST_KEPT:
            del self._shown[next(iter(self._shown))]

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

    async def tell_insiders(self, incident: Incident, claimed: Claimed, shown: Shown) -> None:
        """Write to everybody who is in an incident, each once: what others may not read has no other place.

        Raises GiveUp, or TryLater: unknown once the first was written to.
        """
        for number, user in enumerate(sorted(insiders(incident))):
            try:
                await self._posts.post(Place(await self.channel_with(user)), shown, claimed)
            except TryLater as later:
                raise some_written(later, number) from later

    async def _write(self, incident: Incident, summons: Summons, claimed: Claimed) -> DirectShown | None:
        """Those who come next. What went well before Slack refused is kept: nobody of them is looked for again."""
        left = [user for user in self._oncall.people(summons.role) if user not in summons.tried]
        round_ = _Round(summons)
        for user in left[:AT_ONCE]:
            try:
                ts = await self._write_to(user, incident, summons, claimed)
            except Declined as declined:
                if declined.code in ABOUT_A_PERSON:
                    round_.missed(user, declined.code)
                    continue
                if not round_.tried:
                    raise
                break
            except TryLater as later:
                if later.unknown or not round_.tried:
                    raise
                break
            round_.wrote(user, ts)
        return round_.told(more=len(left) > len(round_.tried) and not is_moot(incident, summons))

    async def _write_to(
        self, user: str, incident: Incident, summons: Summons, claimed: Claimed
    ) -> Written | None:
        """One person's message; None where there is no point in one any more, and none arrived."""
        place, shown = Place(await self.channel_with(user)), direct(incident, summons)
        if is_moot(incident, summons):
            ts = await self._posts.found(place, shown, claimed)
        else:
            ts = await self._posts.post(place, shown, claimed)
        return Written(place.channel, ts) if ts else None

    async def channel_with(self, user: str) -> str:
        """The channel of direct messages with a person. Raises TryLater, GiveUp."""
        if user not in self._channels:
            body = await self._calls.call(Method.DIRECT_OPEN, users=user)
            self._channels[user] = text(body, "channel", "id")
        return self._channels[user]


def some_written(later: TryLater, number: int) -> TryLater:
    """The same, and unknown where people (`number` of them) were written to before: they are looked for first."""
    return TryLater(later.reason, after_s=later.after_s, unknown=later.unknown or number > 0)


class _Round:
    """What became of one round of writing, for its answer."""

    def __init__(self, summons: Summons) -> None:
        self._summons = summons
        self._messages: list[Written] = []
        self._missing: dict[str, list[str]] = {}
        self.tried: list[str] = []

    def wrote(self, user: str, message: Written | None) -> None:
        """It stands; None where there was no point in one any more."""
        self.tried.append(user)
        self._messages += [message] if message else []

    def missed(self, user: str, code: str) -> None:
        """Nobody can write to this person."""
        self.tried.append(user)
        self._missing.setdefault(INVITING.get(code, code.replace("_", " ")), []).append(f"<@{user}>")

    def told(self, *, more: bool) -> DirectShown | None:
        """The answer. Raises GiveUp where nobody at all could be written to."""
        summons = self._summons
        missing = ", ".join(f"{', '.join(users)} ({why})" for why, users in self._missing.items())
        sentence = (
            f"I could not write to {missing}, called in as the {role_words(summons.role)}." if missing else ""
        )
        if sentence and not (self._messages or summons.messages or more):
            raise GiveUp(f"{sentence} Call them yourself.")
        if not (self._messages or sentence or more or summons.more):
            return None
        return DirectShown(summons.key, tuple(self._messages), sentence, tuple(self.tried), more)
