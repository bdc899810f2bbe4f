"""Writes what a draft is made from as the export that `postmortem_import` reads: the same draft can be made from both."""

from datetime import UTC, datetime
from typing import Any

from pydantic import TypeAdapter, ValidationError

from incidentbot.core.facts import Recorded
from incidentbot.core.postmortems.postmortem_types import DraftSource, RoomMessage
from incidentbot.core.runbooks.run import Run

_RUNS = TypeAdapter(tuple[Run, ...])


def export_of(source: DraftSource) -> dict[str, Any]:
    """The export's object. Instants are written as Slack's `ts`: exact seconds in decimal text, UTC."""
    return {
        "id": source.id,
        "title": source.title,
        "channels": sorted({item.message.channel for item in source.messages}),
        "messages": [_message(item) for item in source.messages],
        "bot_events": [_event(recorded) for recorded in source.facts],
        "severities": list(source.severities),
        "status": source.status,
        "services": list(source.services),
        "impact": source.impact,
        "roles": dict(source.roles),
        "names": dict(source.names),
        "zones": dict(source.zones),
        "timezone": source.timezone,
        "review": {
            "owner": source.review_owner,
            "due": _ts(source.review_due) if source.review_due else None,
            "state": source.review_state.value,
        },
        "rooms": dict(source.rooms),
        "marks": list(source.marks),
        "unmarks": list(source.unmarks),
        "runs": _RUNS.dump_python(source.runs, mode="json"),
    }


def read_runs(raw: object) -> tuple[Run, ...]:
    """The runs of an export. Raises ValueError for what are none."""
    try:
        return _RUNS.validate_python(raw or ())
    except ValidationError as error:
        raise ValueError("`runs` holds something else than runs") from error


def _message(item: RoomMessage) -> dict[str, Any]:
    message = item.message
    return {
        "id": item.id,
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "bot": message.bot,
        "text": message.text,
        "thread_ts": message.thread_ts,
        "subtype": message.subtype,
        "edited": message.edited,
        "deleted": message.deleted,
        "pinned": message.pinned,
        "reactions": [{"name": one.name, "count": one.count} for one in message.reactions],
        "link": item.link,
    }


def _event(recorded: Recorded) -> dict[str, Any]:
    fact = recorded.fact
    return {
        "ts": _ts(fact.at),
        "type": fact.kind.value,
        "message_id": fact.data.get("message_ts") or None,
        "text": fact.text,
        "by": fact.by,
        "data": dict(fact.data),
        "recorded_ts": _ts(recorded.recorded_at),
    }


def _ts(at: datetime) -> str:
    here = at.astimezone(UTC)
    return f"{int(here.replace(microsecond=0).timestamp())}.{here.microsecond:06}"
