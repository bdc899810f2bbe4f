"""What is asked of PagerDuty and what its answers mean: taken, later, or never, in plain sentences. Calls nobody.

No sentence holds a key or an address of a web service: a cause may name the host and is kept as the cause only.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.exceptions import SSLError as TlsError

from incidentbot.core.refusals import GiveUp, TryLater

TOO_MANY = 429
TIMED_OUT = 408
NOT_FOUND = 404
UNPAID = 402
LONGEST_WAIT_S = 300.0
"""A pause that PagerDuty asks for is not believed beyond this: its limits are counted by the minute."""

LONGEST_TROUBLE_S = 20.0
"""Nor beyond this where it comes with a failure: nobody knows how long that lasts, and a page waits for its end."""

ALREADY_RESOLVED, ALREADY_ACKNOWLEDGED = 1001, 1002
CANNOT_ESCALATE, UNKNOWN_REQUESTER, NOBODY_ON_CALL = 1006, 1008, 1015
NO_SUCH_PRIORITY = 1020
"""Error codes of the REST API that decide something here. Source: its error table."""

REST_SENTENCES: Mapping[int, str] = {
    401: "PagerDuty does not accept the API token. Check PAGERDUTY_API_TOKEN.",
    UNPAID: "The PagerDuty account's plan does not include what was asked for.",
    403: "The API token may not do this in PagerDuty. PAGERDUTY_API_TOKEN must be a full-access key.",
}
CODE_SENTENCES: Mapping[int, str] = {
    CANNOT_ESCALATE: "PagerDuty cannot escalate the incident to that level.",
    UNKNOWN_REQUESTER: "PagerDuty knows no user with this address. Check PAGERDUTY_FROM_EMAIL.",
    1014: "The service in PagerDuty has no escalation policy.",
}

CUT = "The connection to PagerDuty was cut."
UNREACHED = "PagerDuty could not be reached."
NEVER_ARRIVED: tuple[tuple[type[BaseException], str], ...] = (
    (ssl.SSLCertVerificationError, "PagerDuty's certificate could not be verified."),
    (requests.exceptions.SSLError, "No encrypted connection to PagerDuty could be made."),
    (NameResolutionError, "PagerDuty's address could not be looked up by its name (DNS)."),
    (requests.exceptions.ConnectTimeout, "PagerDuty did not take the connection in time."),
    (requests.exceptions.ProxyError, "The proxy did not reach PagerDuty."),
    (NewConnectionError, UNREACHED),
)
"""Ends of a call that cannot have arrived, the more special first: what the transport raises, and the sentence."""


@dataclass(frozen=True, slots=True)
class Request:
    """One REST call. `sender` is the address of the PagerDuty user it is made as; empty for the bot's own."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None
    params: Mapping[str, str | list[str]] = field(default_factory=dict)
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer. `body` is empty where it was no JSON object; header names are lower case."""

    status: int
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepted(self) -> bool:
        """Whether PagerDuty did what it was asked."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the statuses of success

    @property
    def code(self) -> int:
        """The REST API's error code; 0 without one."""
        error = self.body.get("error")
        code = error.get("code") if isinstance(error, Mapping) else None
        return code if isinstance(code, int) else 0

    @property
    def complaint(self) -> str:
        """PagerDuty's own words for what is wrong, on one line; empty without any."""
        error = self.body.get("error")
        said = error if isinstance(error, Mapping) else self.body
        details = said.get("errors")
        words = [str(said.get("message") or ""), *(map(str, details) if isinstance(details, list) else ())]
        return "; ".join(" ".join(each.split()).rstrip(".") for each in words if each.strip())[:300]


def reply_from(response: requests.Response) -> Reply:
    """The answer as a value, read while the thread that called still holds it."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(response.status_code, body if isinstance(body, dict) else {}, headers)


def lost(cause: BaseException | None, address_setting: str) -> TryLater | GiveUp:
    """What to do after a call that got no answer.

    address_setting: the variable the address stands in, for an address nothing can be sent to.
    """
    if isinstance(cause, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return GiveUp(f"No request can be sent to the address in {address_setting}.")
    if not isinstance(cause, requests.RequestException):
        return TryLater(CUT, unknown=True)
    deepest = _reason(cause)
    for kinds, sentence in NEVER_ARRIVED:
        if isinstance(cause, kinds) or isinstance(deepest, kinds):
            return TryLater(sentence)
    if isinstance(cause, requests.exceptions.Timeout):
        return TryLater("PagerDuty did not answer in time.", unknown=True)
    return TryLater(CUT, unknown=True)


def _reason(error: BaseException) -> BaseException | None:
    """What the transport says went wrong, under the exceptions that it is wrapped in."""
    reason = getattr(error.args[0], "reason", None) if error.args else None
    inner = reason.args[0] if isinstance(reason, TlsError) and reason.args else None
    return inner if isinstance(inner, ssl.SSLError) else reason


def postponed(reply: Reply) -> TryLater | None:
    """The pause that an answer asks for; None for an answer that settles the matter.

    After a 5xx the call may have taken effect; keys make a second one harmless, so it is worth a look first.
    """
    if reply.status == TOO_MANY:
        pause_s = _pause(reply.headers, LONGEST_WAIT_S)
        until = f" for {pause_s:g} s" if pause_s else ""
        return TryLater(f"PagerDuty asks for fewer calls{until}.", after_s=pause_s)
    if reply.status == TIMED_OUT or reply.status >= 500:  # noqa: PLR2004 - the server's own failures
        return TryLater(
            f"PagerDuty is in trouble (it answered {reply.status}).",
            after_s=_pause(reply.headers, LONGEST_TROUBLE_S),
            unknown=True,
        )
    return None


def _pause(headers: Mapping[str, str], longest_s: float) -> float | None:
    for name in ("retry-after", "ratelimit-reset"):
        given = headers.get(name, "")
        if given.isdecimal():
            return min(float(given), longest_s)
    return None


def event_refused(reply: Reply, *, key_setting: str, key: str) -> GiveUp:
    """Why an event was refused for good. key_setting: where a person finds the routing key that was used."""
    complaint = reply.complaint.replace(key, "(the key)")
    if reply.status in {401, 403} or "routing key" in complaint.casefold():
        return GiveUp(f"PagerDuty does not know this routing key. Check {key_setting}.")
    if reply.status == UNPAID:
        return GiveUp("The PagerDuty account's plan does not take events.")
    if reply.status == NOT_FOUND or reply.status < 400:  # noqa: PLR2004 - a redirect
        return GiveUp(
            f"There is no events service at the address in PAGERDUTY_EVENTS_URL (it answered {reply.status})."
        )
    return GiveUp(f"PagerDuty refused the event ({reply.status}): {complaint or 'it gave no reason'}.")


def request_refused(reply: Reply, *, what: str, whom: str = "") -> GiveUp:
    """Why a REST request was refused for good. what: what was to be done, as in "open an incident".

    whom: for which role, in words. It stands in what may be this role's trouble alone, so that it is not taken for
    everybody's when another role fails too (core/ladders/unreached.py).
    """
    whose = f" for the {whom}" if whom else ""
    if reply.code == NOBODY_ON_CALL:
        return GiveUp(f"Nobody is on call in PagerDuty's escalation policy{whose}.")
    if reply.code in CODE_SENTENCES:
        return GiveUp(CODE_SENTENCES[reply.code])
    if reply.status in REST_SENTENCES:
        return GiveUp(REST_SENTENCES[reply.status])
    if reply.status < 400:  # noqa: PLR2004 - a redirect
        return GiveUp(
            f"There is no REST API at the address in PAGERDUTY_API_URL (it answered {reply.status})."
        )
    complaint = reply.complaint or "it gave no reason"
    if reply.status != NOT_FOUND and "service" in complaint.casefold():
        return GiveUp(f"PagerDuty could not {what}: {complaint}. Check `pagerduty.service` in the team file.")
    if reply.status == NOT_FOUND:
        return GiveUp(f"PagerDuty could not {what}{whose}: {complaint}. Check the ids in the team file.")
    return GiveUp(f"PagerDuty could not {what}{whose} ({reply.status}): {complaint}.")
