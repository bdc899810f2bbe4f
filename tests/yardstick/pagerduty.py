"""PagerDuty's own specifications as a yardstick: judges what was asked of a stand-in and what it answered."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.responses.exceptions import ResponseNotFound
from werkzeug.datastructures import Headers, ImmutableMultiDict

from incidentbot.playground.pagerduty.door import PagerCall, Wire

REST_HOST = "https://api.pagerduty.com"
EVENTS_HOST = "https://events.pagerduty.com"
EVENTS_PATH = "/v2/"
OWN_CLIENT = "pdpyras/"
"""How the library in which the bot asks PagerDuty opens its User-Agent: what it sends is never wrong on purpose."""

PASSING = frozenset({"host", "content-length"})
"""Headers that no specification speaks of and that differ from call to call."""

UUID = re.compile(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PORT = re.compile(rb"(?<=127\.0\.0\.1):\d+")

SUMMARY_LIMIT, DEDUP_KEY_LIMIT = 1024, 255
"""Characters. Source: the Events v2 reference; its specification forgets them."""

INSTANT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$"
"""Never without its offset. The specification's own example has no colon in it, which its own format forbids."""

MAY_BE_NULL = {
    # The specification's own examples or words give null here; its types forget to say so.
    "resolved_at",
    "resolve_reason",
    "priority",
    "description",
    "schedule",
    "start",
    "end",
    "auto_resolve_timeout",
    "acknowledgement_timeout",
    "details",  # of an incident that was opened without words
}


@dataclass
class Asked:
    """A request in the words of openapi-core."""

    method: str
    path: str
    body: bytes | None
    parameters: RequestParameters
    host_url: str = REST_HOST
    content_type: str = "application/json"


@dataclass
class Answered:
    """An answer in the words of openapi-core."""

    status_code: int
    data: bytes
    content_type: str = "application/json"
    headers: Mapping[str, Any] = field(default_factory=dict)


class Yardstick:
    """Both specifications, read from the folder that holds them."""

    def __init__(self, folder: Path) -> None:
        self.rest = _rest(json.loads((folder / "pagerduty-rest-openapiv3.json").read_text()))
        self.events = _events(json.loads((folder / "pagerduty-events-v2-openapiv3.json").read_text()))
        self._verdicts: dict[tuple[object, ...], str] = {}

    def wrong_with(self, call: PagerCall, *, on_purpose: bool = False) -> str:
        """What the specification has against a call and its answer; "" where it has nothing.

        A request that a stand-in refused may have been wrong on purpose: with `on_purpose` whoever made it, else
        only if the bot's own client did not.
        """
        asked = asked_by(call.wire)
        if self._must_be_right(call, on_purpose=on_purpose):
            wrong = self._once(("asked", *_seen(call.wire)), lambda: self._wrong_request(asked, call.body))
            if wrong:
                return f"{call.operation} was asked wrongly: {wrong}"
        key = ("answered", *_seen(call.wire), call.status, _alike(call.answer or b""))
        wrong = self._once(key, lambda: self._wrong_answer(asked, call))
        return f"{call.operation} was answered wrongly with {call.status}: {wrong}" if wrong else ""

    def _once(self, key: tuple[object, ...], judge: Callable[[], str]) -> str:
        """The verdict on what was judged before, to the letter but for ids and ports, without judging it again."""
        if key not in self._verdicts:
            self._verdicts[key] = judge()
        return self._verdicts[key]

    def _must_be_right(self, call: PagerCall, *, on_purpose: bool) -> bool:
        refused = call.status is not None and call.status >= 400
        return not refused or (_by_the_bot(call.wire) and not on_purpose)

    def _wrong_request(self, asked: Asked, body: Mapping[str, Any]) -> str:
        try:
            self._of(asked).validate_request(asked)
        except OpenAPIError as error:
            return in_words(error)
        return _wrong_event(body) if asked.host_url == EVENTS_HOST else ""

    def _wrong_answer(self, asked: Asked, call: PagerCall) -> str:
        if call.status is None or call.answer is None:
            return ""
        shown = without_known_nulls(json.loads(call.answer))
        if any(name == "include[]" for name, _ in call.wire.query):
            shown = _as_references(shown)
        compared = json.dumps(shown).encode()
        try:
            self._of(asked).validate_response(asked, Answered(call.status, compared))
        except ResponseNotFound:
            return ""  # the specification does not describe this status
        except OpenAPIError as error:
            return in_words(error)
        return ""

    def _of(self, asked: Asked) -> OpenAPI:
        return self.events if asked.host_url == EVENTS_HOST else self.rest


def asked_by(wire: Wire) -> Asked:
    """The request as openapi-core reads it, put to PagerDuty's own host."""
    headers = Headers(list(wire.headers))
    parameters = RequestParameters(query=ImmutableMultiDict(wire.query), header=headers)
    host = EVENTS_HOST if wire.path.startswith(EVENTS_PATH) else REST_HOST
    content_type = headers.get("Content-Type", "").partition(";")[0].strip()
    return Asked(wire.method.lower(), wire.path, wire.body or None, parameters, host, content_type)


def in_words(error: BaseException) -> str:
    """The innermost of an error's reasons, with the place in the body where there is one."""
    cause = error.__cause__
    if cause is not None:
        return in_words(cause)
    places = [f"{each.json_path}: {each.message}" for each in getattr(error, "schema_errors", ())]
    return "; ".join(places) or f"{type(error).__name__}: {error}"


def without_known_nulls(node: Any) -> Any:
    """The answer less the nulls that the specification's types forget."""
    if isinstance(node, list):
        return [without_known_nulls(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name: without_known_nulls(value)
        for name, value in node.items()
        if value is not None or name not in MAY_BE_NULL
    }


def _seen(wire: Wire) -> tuple[object, ...]:
    headers = tuple((name.lower(), value) for name, value in wire.headers if name.lower() not in PASSING)
    return wire.method, wire.path, wire.query, headers, _alike(wire.body)


def _alike(body: bytes) -> bytes:
    return PORT.sub(b":0", UUID.sub(bytes(36), body))


def _as_references(node: Any) -> Any:
    """Users that were asked for whole, named as the references in whose place they stand."""
    if isinstance(node, list):
        return [_as_references(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {
        name: "user_reference" if (name, value) == ("type", "user") else _as_references(value)
        for name, value in node.items()
    }


def _by_the_bot(wire: Wire) -> bool:
    return any(name.lower() == "user-agent" and value.startswith(OWN_CLIENT) for name, value in wire.headers)


def _wrong_event(body: Mapping[str, Any]) -> str:
    """What the reference asks of an event and the specification does not."""
    needed = "payload" if body.get("event_action") == "trigger" else "dedup_key"
    return "" if body.get(needed) else f"a {body.get('event_action')} needs its {needed}"


def _rest(document: Any) -> OpenAPI:
    document = _writable(document)
    schemas = document["components"]["schemas"]
    schemas["IncidentBody"]["properties"]["details"] = {"type": "string"}
    # The base of all log entries says "acknowledge", this heir says "acknowledgement": both cannot hold.
    schemas["AcknowledgeLogEntry"]["allOf"][1]["properties"]["type"]["enum"].append("acknowledge_log_entry")
    # Its kinds of channel overlap, so that no channel is ever exactly one of them, the example's included.
    schemas["Channel"]["anyOf"] = schemas["Channel"].pop("oneOf")
    return OpenAPI.from_dict(document, config=Config(spec_validator_cls=None))


def _events(document: Any) -> OpenAPI:
    fields = document["components"]["schemas"]["Payload"]["properties"]
    fields["summary"]["maxLength"] = SUMMARY_LIMIT
    fields["timestamp"] = {"type": "string", "pattern": INSTANT}
    body = document["paths"]["/enqueue"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body["properties"]["dedup_key"]["maxLength"] = DEDUP_KEY_LIMIT
    return OpenAPI.from_dict(document)


def _writable(node: Any) -> Any:
    """Without `readOnly`: references are marked so and are needed in requests."""
    if isinstance(node, list):
        return [_writable(each) for each in node]
    if not isinstance(node, dict):
        return node
    return {name: _writable(value) for name, value in node.items() if name != "readOnly" or value is not True}
