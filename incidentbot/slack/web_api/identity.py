"""Who the bot is in its workspace: asked once at start, then given to Bolt, so that no command waits for it."""

from dataclasses import dataclass

from incidentbot.slack.payloads import text
from incidentbot.slack.web_api.calls import Calls
from incidentbot.slack.web_api.scopes import Method


@dataclass(frozen=True, slots=True)
class Identity:
    """The answer of auth.test, as it is needed."""

    team_id: str
    bot_user_id: str
    bot_id: str
    enterprise_id: str | None = None
    url: str = ""


async def identify(calls: Calls) -> Identity:
    """Ask Slack who the bot is. Raises TryLater while Slack is away and Declined for a token it does not know."""
    body = await calls.call(Method.AUTH_TEST)
    return Identity(
        team_id=text(body, "team_id"),
        bot_user_id=text(body, "user_id"),
        bot_id=text(body, "bot_id"),
        enterprise_id=text(body, "enterprise_id") or None,
        url=text(body, "url"),
    )
