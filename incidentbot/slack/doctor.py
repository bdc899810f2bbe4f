"""Checks Slack's side before the first incident: tokens, scopes, channels. Asks and looks; changes nothing."""

from collections.abc import Collection, Mapping

from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.flows.checkup import Finding
from incidentbot.policies.team import GROUP
from incidentbot.slack.payloads import part, text
from incidentbot.slack.web_api.calls import Calls, Declined
from incidentbot.slack.web_api.channels import Channels
from incidentbot.slack.web_api.groups import members
from incidentbot.slack.web_api.scopes import FOR_CANVASES, Method, bot_scopes


async def examine(
    calls: Calls,
    app_calls: Calls | None,
    channels: Mapping[str, str],
    people: Collection[str] = (),
    *,
    canvas: bool = False,
) -> list[Finding]:
    """Everything about Slack that can be known without an incident.

    calls: with the bot's token. app_calls: with the app-level token, None without Socket Mode. channels: the
    profile's, key -> name. people: the ids that the team file names, of members
    and user groups. canvas: whether the profile asks for canvases. A bot token that Slack does not take ends the examination.
    """
    token = await _bot_token(calls, unasked=frozenset() if canvas else FOR_CANVASES)
    found = [*token]
    if token[0].ok:
        found += await _channels(calls, channels)
        for each in people:
            examined = _group if each.startswith(GROUP) else _person
            found += [finding] if (finding := await examined(calls, each)) else []
    if app_calls is not None:
        found.append(await _app_token(app_calls))
    return found


async def _bot_token(calls: Calls, *, unasked: Collection[str]) -> list[Finding]:
    try:
        response = await calls.response(Method.AUTH_TEST)
    except (GiveUp, TryLater) as refused:
        return [Finding("slack bot token", ok=False, sentence=refused.reason)]
    body = response.data if isinstance(response.data, Mapping) else {}
    who = f"{text(body, 'user') or 'the bot'} in {text(body, 'team') or 'the workspace'}"
    headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
    return [
        Finding("slack bot token", ok=True, sentence=f"Slack knows it: {who}."),
        _scopes(headers.get("x-oauth-scopes", ""), unasked),
    ]


def _scopes(granted: str, unasked: Collection[str]) -> Finding:
    missing = sorted({*bot_scopes()} - {*unasked} - {scope.strip() for scope in granted.split(",")})
    if not granted:
        return Finding("slack scopes", ok=False, sentence="Slack did not say which scopes the token has.")
    if missing:
        sentence = f"Missing: {', '.join(missing)}. Add them to the app (`incidentbot manifest`) and install it again."
        return Finding("slack scopes", ok=False, sentence=sentence)
    return Finding("slack scopes", ok=True, sentence="Every scope the bot needs is granted.")


async def _channels(calls: Calls, named: Mapping[str, str]) -> list[Finding]:
    try:
        missing = await Channels(calls).resolve_channels(named)
    except (GiveUp, TryLater) as refused:
        return [Finding("slack channels", ok=False, sentence=refused.reason)]
    return [
        Finding(f"slack channel {key}", ok=key not in missing, sentence=missing.get(key, f"{name} is there."))
        for key, name in named.items()
    ]


async def _person(calls: Calls, user: str) -> Finding | None:
    """What keeps this id from reaching somebody, None where it does."""
    what = f"slack member {user}"
    try:
        account = part(await calls.call(Method.USER, user=user), "user")
    except Declined as declined:
        known = {"user_not_found": f"No account has the id {user}. Mend it in the team file."}
        return Finding(what, ok=False, sentence=known.get(declined.code, declined.reason))
    except TryLater as later:
        return Finding(what, ok=False, sentence=later.reason)
    if account.get("deleted") is True:
        sentence = f"The account {user} is deactivated. Take it out of the team file."
        return Finding(what, ok=False, sentence=sentence)
    if account.get("is_bot") is True:
        return Finding(what, ok=False, sentence=f"{user} is a bot. Name a person in the team file.")
    return None


async def _group(calls: Calls, group: str) -> Finding | None:
    """What keeps the id of a user group from reaching somebody, None where it does."""
    what = f"slack user group {group}"
    try:
        people = await members(calls, group)
    except Declined as declined:
        known = {"no_such_subteam": f"No user group has the id {group}. Mend it in the team file."}
        return Finding(what, ok=False, sentence=known.get(declined.code, declined.reason))
    except TryLater as later:
        return Finding(what, ok=False, sentence=later.reason)
    empty = (
        f"Nobody is in the user group {group}. Add people to it in Slack, or take it out of the team file."
    )
    return None if people else Finding(what, ok=False, sentence=empty)


async def _app_token(calls: Calls) -> Finding:
    try:
        await calls.call(Method.SOCKET_OPEN)
    except (GiveUp, TryLater) as refused:
        return Finding("slack app token", ok=False, sentence=refused.reason)
    return Finding("slack app token", ok=True, sentence="Socket Mode can be opened with it.")
