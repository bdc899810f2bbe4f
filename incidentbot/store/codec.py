"""Values to text and back: incidents, runbooks and effects as JSON. Never guesses; what it wrote it reads exactly.

Keys it does not know are passed over, so that rows written by a newer version can be read. Text, not a JSON column:
PostgreSQL's jsonb refuses a NUL and would not give back what it was given.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from incidentbot.core import direct_effects, effects, file_effects, pager_effects
from incidentbot.core.alerts.alert import AlertGroup, News
from incidentbot.core.effects import Effect
from incidentbot.core.incident import Incident
from incidentbot.core.runbooks.runbook import Runbook

EFFECT_KINDS: dict[str, type[Effect]] = {
    "page": effects.SendPage,
    "ack_page": effects.AckPage,
    "resolve_page": effects.ResolvePage,
    "mail": effects.SendMail,
    "direct": effects.ShowDirect,
    "pager_note": pager_effects.NotePage,
    "pager_priority": pager_effects.ShowPriority,
    "ask_direct": direct_effects.AskDirect,
    "remind": direct_effects.RemindDirect,
    "open_room": effects.OpenRoom,
    "card": effects.ShowCard,
    "run": effects.ShowRun,
    "commands": file_effects.ShareCommands,
    "draft": file_effects.ShareDraft,
    "canvas": file_effects.ShowCanvas,
    "say": effects.Say,
    "invite": effects.Invite,
    "topic": effects.SetTopic,
    "pin": effects.PinCard,
    "announce": effects.Announce,
    "mirror": effects.Mirror,
}
"""What an effect is called in its row. A name that was ever written is never given to another class."""

KIND_OF = {shape: kind for kind, shape in EFFECT_KINDS.items()}


class Unreadable(ValueError):  # noqa: N818 - a fact about a row, told with its place and never with its words
    """What is stored is not what this version of the bot reads: another version wrote it."""


def incident_to_text(incident: Incident) -> str:
    """The incident as JSON."""
    return _text(Incident, incident)


def incident_from_text(text: str) -> Incident:
    """The incident that was written; raises Unreadable for what is none."""
    incident: Incident = _read(Incident, text)
    return incident


def runbook_to_text(runbook: Runbook) -> str:
    """The runbook as JSON. Its front matter comes back as JSON knows it: a date as text."""
    return _text(Runbook, runbook)


def runbook_from_text(text: str) -> Runbook:
    """The runbook that was written; raises Unreadable for what is none."""
    runbook: Runbook = _read(Runbook, text)
    return runbook


def news_to_text(news: News) -> str:
    """A delivery of alerts as JSON."""
    return _text(News, news)


def news_from_text(text: str) -> News:
    """The delivery that was written; raises Unreadable for what is none."""
    news: News = _read(News, text)
    return news


def group_to_text(group: AlertGroup) -> str:
    """A group of alerts as JSON."""
    return _text(AlertGroup, group)


def group_from_text(text: str) -> AlertGroup:
    """The group that was written; raises Unreadable for what is none."""
    group: AlertGroup = _read(AlertGroup, text)
    return group


def effect_to_text(effect: Effect) -> tuple[str, str]:
    """The name of its kind and the effect as JSON. Raises KeyError for a class that has no name yet."""
    return KIND_OF[type(effect)], _text(type(effect), effect)


def effect_from_text(kind: str, text: str) -> Effect:
    """The effect that was written; raises Unreadable for a kind or a text that this version does not know."""
    if kind not in EFFECT_KINDS:
        raise Unreadable(f"No kind of effect is called {kind!r} in this version.")
    effect: Effect = _read(EFFECT_KINDS[kind], text)
    return effect


def warm() -> None:
    """Build all readers now (80 ms), so that the first command does not pay for them."""
    _adapters()


@cache
def _adapters() -> Mapping[type, TypeAdapter[Any]]:
    return {
        shape: TypeAdapter(shape) for shape in (Incident, Runbook, News, AlertGroup, *EFFECT_KINDS.values())
    }


def _read(shape: type, text: str) -> Any:
    try:
        return _adapters()[shape].validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        places = ", ".join(f"{'.'.join(map(str, one['loc'])) or 'text'} ({one['type']})" for one in found)
    # Outside of the handler: the validator's own error quotes what people wrote, and would be logged with this one.
    raise Unreadable(f"This version reads no {shape.__name__} here: {places}.")


def _text(shape: type, value: object) -> str:
    return _adapters()[shape].dump_json(value).decode()
