"""Whether somebody who was named in a command is there. Asks Slack only that; decides about no incident."""

import re

from incidentbot.core.refusals import GiveUp, Refused, TryLater
from incidentbot.core.text.words import person
from incidentbot.slack.payloads import Payload, part, text
from incidentbot.slack.web_api.calls import Calls, Declined
from incidentbot.slack.web_api.scopes import Method

DEADLINE_S = 0.4
"""Beside the patience of the database (2.5 s) it still leaves the command acknowledged within 3 s."""

NOT_FOUND = "user_not_found"
MENTION = re.compile(r"<@([UW][A-Z0-9]{2,})(?:\|([^<>]*))?>")

SLACKBOT = "USLACKBOT"
"""Slack's own bot, of which users.info says that it is none."""


async def expect_person(calls: Calls, user: str, *, otherwise: str) -> None:
    """Raise Refused where `user` is nobody, a deactivated account or a bot. otherwise: what was not done then.

    Where Slack does not say in time, the id is taken as it was typed: an incident does not wait for a look-up.
    """
    if user == SLACKBOT:
        raise Refused(_a_bot(user, otherwise))
    try:
        body = await calls.call(Method.USER, deadline_s=DEADLINE_S, user=user)
    except Declined as declined:
        if declined.code != NOT_FOUND:
            return
        raise Refused(
            f"Nobody in this workspace has the id `{user}`. "
            f"Type `@` and pick one person from Slack's list. {otherwise}"
        ) from None
    except (TryLater, GiveUp):
        return
    _refuse_absent(user, part(body, "user"), otherwise)


async def without_mentions(calls: Calls, typed: str) -> str:
    """The text with people by their names instead of mentions: what is told again and again calls nobody each time.

    Where Slack does not say in time what somebody is called, it is what the mention itself says, or their id.
    """
    parts = MENTION.split(typed)
    for at in range(1, len(parts), 3):
        user, label = parts[at], parts[at + 1]
        parts[at : at + 2] = [f"@{label or await _name_of(calls, user)}", ""]
    return "".join(parts)


async def _name_of(calls: Calls, user: str) -> str:
    try:
        account = part(await calls.call(Method.USER, deadline_s=DEADLINE_S, user=user), "user")
    except (TryLater, GiveUp):
        return user
    return text(account, "profile", "display_name") or text(account, "real_name") or user


def _refuse_absent(user: str, account: Payload, otherwise: str) -> None:
    if account.get("is_bot") is True:
        raise Refused(_a_bot(user, otherwise))
    if account.get("deleted") is True:
        raise Refused(f"The account of {person(user)} is deactivated. Name somebody who is here. {otherwise}")


def _a_bot(user: str, otherwise: str) -> str:
    return f"{person(user)} is a bot. Name a person. {otherwise}"
