"""Who somebody of PagerDuty's is in Slack: by the team file, else by their e-mail address, which is not kept. Decides nothing."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from incidentbot.core.elsewhere import Somebody
from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.core.text.redaction import redact
from incidentbot.pagerduty.oncall import SlackIdOf
from incidentbot.pagerduty.shifts import Read
from incidentbot.telemetry import logger

NAME_WITHIN_S = 3.0
"""An answer waits so long for the name of who gave it."""

log = logger(__name__)


@dataclass(frozen=True, slots=True)
class _Known:
    somebody: Somebody
    is_us: bool


def _unbound(_: str, __: str) -> str:
    return ""


class People:
    """PagerDuty's users by their ids, from memory once they were looked up.

    read: None without a token; the name that PagerDuty gave with the reference is all there is then.
    slack_of: as the team file binds PagerDuty's user id, and the address beside it; "" where it does not.
    own_email: of the user that the bot acts as.
    """

    def __init__(
        self,
        read: Read | None,
        slack_id_of: SlackIdOf,
        *,
        slack_of: Callable[[str, str], str] = _unbound,
        own_email: str = "",
        within_s: float = NAME_WITHIN_S,
    ) -> None:
        self._read = read
        self._slack_id_of = slack_id_of
        self._slack_of = slack_of
        self._own_email = own_email.casefold()
        self._within_s = within_s
        self._known: dict[str, _Known] = {}

    async def who(self, reference: Mapping[str, Any]) -> Somebody:
        """Who a reference names; of what is no person its name alone.

        What cannot be looked up now stands before no answer: the Slack id is "" then, and asked for the next time.
        """
        return (await self._look_up(reference)).somebody

    async def is_us(self, reference: Mapping[str, Any]) -> bool:
        """Whether it is the user that the bot acts as."""
        return (await self._look_up(reference)).is_us

    async def _look_up(self, reference: Mapping[str, Any]) -> _Known:
        summary = str(reference.get("summary") or "")
        user = str(reference.get("id", "")) if is_person(reference) else ""
        bound = self._slack_of(user, "") if user else ""
        nameless = _Known(Somebody(bound, redact(summary).text), is_us=False)
        if not user or self._read is None:
            return nameless
        try:
            async with asyncio.timeout(self._within_s):
                if user not in self._known:
                    self._known[user] = await self._asked(self._read, user, summary)
            return self._known[user]
        except (TryLater, GiveUp, KeyError, TimeoutError) as error:
            log.warning("answerer_unknown", user=user, reason=getattr(error, "reason", type(error).__name__))
            return nameless

    async def _asked(self, read: Read, user: str, summary: str) -> _Known:
        body = (await read(f"/users/{user}", {}))["user"]
        email = str(body.get("email") or "")
        bound = self._slack_of(user, email)
        slack = bound or (await self._slack_id_of(email) if email else None)
        name = str(body.get("name") or summary)
        somebody = Somebody(slack or "", redact(name).text)  # some are called by their address
        return _Known(somebody, is_us=bool(email) and email.casefold() == self._own_email)


def is_person(reference: Mapping[str, Any]) -> bool:
    """Whether this is one of PagerDuty's users, and no service or integration."""
    return bool(reference.get("id")) and str(reference.get("type", "")).startswith("user")
