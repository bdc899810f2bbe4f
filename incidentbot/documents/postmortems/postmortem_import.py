"""Reads an exported incident into what a draft is made from. Refuses what it cannot read; never repairs by guessing."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from incidentbot.core.afterwards.leftovers import ReviewState
from incidentbot.core.facts import Fact, FactKind, Recorded
from incidentbot.core.messages import Message, Reaction
from incidentbot.core.postmortems.postmortem_types import DraftSource, RoomMessage
from incidentbot.core.refusals import Refused
from incidentbot.core.runbooks.run import Run
from incidentbot.documents.postmortems.postmortem_export import read_runs

Json = Mapping[str, Any]

KINDS: Mapping[str, FactKind] = MappingProxyType(
    {kind.value: kind for kind in FactKind}
    | {
        "page": FactKind.PAGED,
        "ack": FactKind.ACKNOWLEDGED,
        "role": FactKind.ROLE_TAKEN,
        "severity": FactKind.SEVERITY_CHANGED,
        "status": FactKind.STAGE_ENTERED,
        "stage": FactKind.STAGE_ENTERED,
        "escalation": FactKind.ESCALATED,
        "update": FactKind.UPDATED,
    }
)
"""What the types of exported events are called here; an event of any other type becomes a note of that type."""

_TS = re.compile(r"[0-9]{1,11}(?:\.[0-9]{1,9})?")
_OWN_KEYS = frozenset({"ts", "iso", "type", "text", "by", "data", "recorded_ts"})


def read_export(text: str, *, name: str = "The file") -> DraftSource:
    """The export as a draft's source. name: how the refusal calls the file.

    Takes what `incidentbot incidents export` writes, and files of the same shape with more keys; those that only
    serve to judge a draft are not looked at. Raises Refused with the place and what is missing there.
    """
    export = _object(_parsed(text, name), name)
    channels = [_channel_name(channel) for channel in _list(export, "channels", name, optional=True)]
    messages = _messages(export, channels[0] if channels else "", name)
    return DraftSource(
        id=_text(export, "id", name),
        title=_clean(str(export.get("title") or _text(export, "id", name))),
        facts=_facts(export, name),
        messages=messages,
        severities=_names(export, "severities", name),
        status=_optional(export, "status"),
        services=_names(export, "services", name),
        impact=_optional(export, "impact") or "",
        roles=_texts(export.get("roles")),
        names=_texts(export.get("names")),
        timezone=str(export.get("timezone") or export.get("timezone_of_source") or "UTC").split(" ")[0],
        zones=_texts(export.get("zones")),
        runs=_runs(export, name),
        review_owner=_optional(_review(export), "owner"),
        review_due=read_ts(_review(export).get("due")),
        review_state=_review_state(export),
        rooms=_texts(export.get("rooms")),
        marks=_names(export, "marks", name),
        unmarks=_names(export, "unmarks", name),
    )


def _names(export: Json, key: str, name: str) -> tuple[str, ...]:
    return tuple(_clean(str(each)) for each in _list(export, key, name, optional=True))


def _review(export: Json) -> Json:
    review = export.get("review")
    return review if isinstance(review, dict) else {}


def _review_state(export: Json) -> ReviewState:
    state = _optional(_review(export), "state")
    return next((each for each in ReviewState if each.value == state), ReviewState.DRAFT)


def _runs(export: Json, name: str) -> tuple[Run, ...]:
    try:
        return read_runs(export.get("runs"))
    except ValueError as error:
        raise _refusal(name, f"is no readable export: {error}") from error


def read_ts(value: object) -> datetime | None:
    """Slack's ts as an instant (aware UTC), to the microsecond, or None if it is none."""
    text = str(value)
    if not _TS.fullmatch(text):
        return None
    seconds, _, fraction = text.partition(".")
    at = datetime.fromtimestamp(int(seconds), UTC)
    return at + timedelta(microseconds=int(fraction[:6].ljust(6, "0")))


def _parsed(text: str, name: str) -> object:
    try:
        parsed: object = json.loads(text, parse_float=str)  # a ts written as a number keeps its digits
    except (ValueError, RecursionError) as error:
        raise _refusal(name, f"is no JSON ({_plain(error)})") from error
    return parsed


def _plain(error: Exception) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__


def _refusal(name: str, what: str) -> Refused:
    return Refused(f"{name} {what}. Write it anew with `incidentbot incidents export INC-7 --json`.")


def _messages(export: Json, channel: str, name: str) -> tuple[RoomMessage, ...]:
    """The messages by ts; of several with one id the last counts, as an edit does."""
    found: dict[str, RoomMessage] = {}
    for number, raw in enumerate(_list(export, "messages", name), start=1):
        where = f"message {number}"
        item = _message(_object(raw, name, where), channel, name, where)
        found[item.id] = item
    return tuple(sorted(found.values(), key=lambda item: (item.message.at, item.message.ts)))


def _message(raw: Json, channel: str, name: str, where: str) -> RoomMessage:
    at = _instant(raw, name, where)
    ts = str(raw["ts"])
    message = Message(
        channel=_clean(str(raw.get("channel") or channel)),
        ts=ts,
        at=at,
        user=_optional(raw, "user"),
        text=_text(raw, "text", name, where, empty="allowed"),
        bot=bool(raw.get("bot")),
        thread_ts=_optional(raw, "thread_ts"),
        subtype=_optional(raw, "subtype"),
        edited=bool(raw.get("edited")),
        deleted=bool(raw.get("deleted")),
        pinned=bool(raw.get("pinned")),
        reactions=tuple(
            _reaction(each, name, where) for each in _list(raw, "reactions", name, optional=True)
        ),
    )
    return RoomMessage(
        _text(raw, "id", name, where), message, _optional(raw, "link") or _optional(raw, "permalink")
    )


def _reaction(raw: object, name: str, where: str) -> Reaction:
    reaction = _object(raw, name, f"a reaction of {where}")
    count = reaction.get("count", 1)
    return Reaction(
        _text(reaction, "name", name, f"a reaction of {where}"), count if isinstance(count, int) else 1
    )


def _facts(export: Json, name: str) -> tuple[Recorded, ...]:
    facts = []
    for number, raw in enumerate(_list(export, "bot_events", name, optional=True), start=1):
        where = f"bot event {number}"
        event = _object(raw, name, where)
        facts.append(_fact(event, number, _instant(event, name, where), _text(event, "type", name, where)))
    return tuple(facts)


def _fact(event: Json, number: int, at: datetime, typed: str) -> Recorded:
    extra = {
        key: _clean(str(value)) for key, value in event.items() if key not in _OWN_KEYS and _is_scalar(value)
    }
    kind = KINDS.get(typed, FactKind.NOTED)
    data = {**_texts(event.get("data")), **extra}
    if typed not in KINDS:
        data["type"] = typed
    if kind is FactKind.ROLE_TAKEN and "user" in data:
        data.setdefault("who", data["user"])
    text = _optional(event, "text") or typed.replace("_", " ")
    written = read_ts(event.get("recorded_ts")) or at
    return Recorded(number, written, Fact(kind, at, text, by=_optional(event, "by"), data=data))


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _instant(raw: Json, name: str, where: str) -> datetime:
    if "ts" not in raw:
        raise _refusal(name, f"is no readable export: {where} has no `ts`")
    at = read_ts(raw["ts"])
    if at is None:
        raise _refusal(name, f"is no readable export: the `ts` of {where} is not like 1721905804.000100")
    return at


def _object(value: object, name: str, where: str = "") -> Json:
    if isinstance(value, dict):
        return value
    raise _refusal(
        name, f"is no readable export: {where} is no object" if where else "is no export: it holds no object"
    )


def _list(raw: Json, key: str, name: str, *, optional: bool = False) -> Sequence[Any]:
    value = raw.get(key)
    if isinstance(value, list):
        return value
    if optional and value is None:
        return ()
    raise _refusal(name, f"is no readable export: `{key}` is no list")


def _text(raw: Json, key: str, name: str, where: str = "the file", *, empty: str = "refused") -> str:
    value = raw.get(key)
    if isinstance(value, str) and (value or empty == "allowed"):
        return _clean(value)
    raise _refusal(name, f"is no readable export: {where} has no `{key}`")


def _optional(raw: Json, key: str) -> str | None:
    value = raw.get(key)
    return _clean(str(value)) if _is_scalar(value) and value != "" else None


def _texts(value: object) -> dict[str, str]:
    """An object of texts; anything else in it is left out."""
    pairs = value.items() if isinstance(value, dict) else ()
    return {_clean(str(key)): _clean(str(each)) for key, each in pairs if _is_scalar(each)}


def _clean(text: str) -> str:
    """Text that can be written as UTF-8: half a surrogate pair becomes a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _channel_name(channel: object) -> str:
    if isinstance(channel, dict):
        return _clean(str(channel.get("name") or channel.get("id") or ""))
    return _clean(str(channel))
