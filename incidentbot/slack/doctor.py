"""Checks Slack's side before the first incident: tokens, scopes, channels. Asks and looks; changes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.slack.payloads import text
from incidentbot.slack.web_api.calls import Calls
from incidentbot.slack.web_api.channels import Channels
from incidentbot.slack.web_api.scopes import Method, bot_scopes


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing checked: `ok`, or a sentence that says what to do."""

    what: str
    ok: bool
    sentence: str


async def examine(calls: Calls, app_calls: Calls | None, channels: Mapping[str, str]) -> list[Finding]:
    """Everything about Slack that can be known without an incident.

    calls: with the bot's token. app_calls: with the app-level token, None without Socket Mode. channels: the
    profile's, key -> name. A bot token that Slack does not take ends the examination.
    """
    token = await _bot_token(calls)
    found = [*token]
    if token[0].ok:
        found += await _channels(calls, channels)
    if app_calls is not None:
        found.append(await _app_token(app_calls))
    return found


async def _bot_token(calls: Calls) -> list[Finding]:
    try:
        response = await calls.response(Method.AUTH_TEST)
    except (GiveUp, TryLater) as refused:
        return [Finding("slack bot token", ok=False, sentence=refused.reason)]
    body = response.data if isinstance(response.data, Mapping) else {}
    who = f"{text(body, 'user') or 'the bot'} in {text(body, 'team') or 'the workspace'}"
    headers = {str(name).lower(): str(value) for name, value in response.headers.items()}
    return [
        Finding("slack bot token", ok=True, sentence=f"Slack knows it: {who}."),
        _scopes(headers.get("x-oauth-scopes", "")),
    ]


def _scopes(granted: str) -> Finding:
    missing = sorted(set(bot_scopes()) - {scope.strip() for scope in granted.split(",")})
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


async def _app_token(calls: Calls) -> Finding:
    try:
        await calls.call(Method.SOCKET_OPEN)
    except (GiveUp, TryLater) as refused:
        return Finding("slack app token", ok=False, sentence=refused.reason)
    return Finding("slack app token", ok=True, sentence="Socket Mode can be opened with it.")
