"""Who is in a Slack user group. Asks; remembers nothing."""

from incidentbot.slack.payloads import texts
from incidentbot.slack.web_api.calls import Calls
from incidentbot.slack.web_api.scopes import Method


async def members(calls: Calls, group: str) -> tuple[str, ...]:
    """The ids of its members, () where it has none. Raises TryLater, Declined (`no_such_subteam`)."""
    return texts(await calls.call(Method.GROUP_MEMBERS, usergroup=group), "users")
