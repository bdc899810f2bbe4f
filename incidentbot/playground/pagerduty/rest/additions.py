"""REST: what hangs on an incident: notes, status updates, responder requests, log entries, alerts."""

from incidentbot.playground.pagerduty import paperwork
from incidentbot.playground.pagerduty.account import Account, PagerUser, Policy
from incidentbot.playground.pagerduty.incidents import Note
from incidentbot.playground.pagerduty.refusals import Because, Refusal, invalid
from incidentbot.playground.pagerduty.rest import reading
from incidentbot.playground.pagerduty.rest.calling import (
    PAGING,
    Answer,
    Call,
    Route,
    moment,
    only_fields,
    page,
)

REQUEST_FIELDS = frozenset({"requester_id", "message", "responder_request_targets"})
LOG_QUERY = PAGING | {"time_zone", "since", "until", "is_overview", "include[]"}
ALERT_QUERY = PAGING | {"alert_key", "statuses[]", "sort_by", "include[]"}


def list_notes(call: Call) -> Answer:
    """`GET /incidents/{id}/notes`: all of them, in one answer."""
    return Answer({"notes": [call.incident_shapes.note(note) for note in call.incident.notes]})


def add_note(call: Call) -> Answer:
    """`POST /incidents/{id}/notes`."""
    given = reading.an_object(call.body, "note")
    only_fields(given, frozenset({"content"}), "note")
    text = reading.a_text(given, "content")
    note = paperwork.add_note(call.records, call.incident, text, call.user, call.agent)
    return Answer({"note": call.incident_shapes.note(note)})


def publish_status_update(call: Call) -> Answer:
    """`POST /incidents/{id}/status_updates`."""
    only_fields(call.body, frozenset({"message", "subject", "html_message"}), "status_update")
    update = Note(
        id=f"PS{call.records.next_number():06d}",
        at=call.now,
        by=call.user,
        text=reading.a_text(call.body, "message"),
        subject=reading.a_text(call.body, "subject") if "subject" in call.body else None,
        html=reading.a_text(call.body, "html_message") if "html_message" in call.body else None,
    )
    paperwork.publish_update(call.records, call.incident, update, call.agent)
    return Answer({"status_update": call.incident_shapes.status_update(update)})


def request_responders(call: Call) -> Answer:
    """`POST /incidents/{id}/responder_requests`: `requester_id` is a user's id, not an address."""
    account = call.records.account
    if "coordinated_responding" not in account.abilities:
        raise Refusal(Because.NO_ABILITY, "coordinated_responding")
    only_fields(call.body, REQUEST_FIELDS, "responder_request")
    requester = account.users.get(reading.a_text(call.body, "requester_id"))
    if requester is None:
        raise Refusal(Because.NO_SUCH_REQUESTER)
    message = reading.a_text(call.body, "message")
    request = paperwork.Request(requester, message, _targets(account, call.body))
    asked = paperwork.ask_responders(call.records, call.incident, request, call.agent)
    shaped = call.incident_shapes.responder_request(call.incident, asked)
    return Answer({"responder_request": shaped})


def _targets(account: Account, body: object) -> tuple[PagerUser | Policy, ...]:
    listed = body.get("responder_request_targets") if isinstance(body, dict) else None
    if not isinstance(listed, list) or not listed:
        raise invalid("responder_request_targets must be a list")
    return tuple(_target(account, item) for item in listed)


def _target(account: Account, item: object) -> PagerUser | Policy:
    inner = item.get("responder_request_target") if isinstance(item, dict) else None
    kinds = frozenset({"user_reference", "user", "escalation_policy_reference", "escalation_policy"})
    target_id = reading.referenced(inner, kinds, "responder_request_target")
    target = account.users.get(target_id) or account.policies.get(target_id)
    if target is None:
        raise invalid("responder_request_target not found")
    return target


def list_log_entries(call: Call) -> Answer:
    """`GET /incidents/{id}/log_entries`: newest first."""
    incident = call.incident
    since, until = moment(call, "since"), moment(call, "until")
    entries = [
        entry
        for entry in reversed(incident.log)
        if (since is None or since <= entry.at) and (until is None or entry.at <= until)
    ]
    shapes = call.incident_shapes
    return page(call, "log_entries", entries, lambda entry: shapes.log_entry(incident, entry))


def list_alerts(call: Call) -> Answer:
    """`GET /incidents/{id}/alerts`."""
    incident = call.incident
    key, statuses = call.one("alert_key"), call.several("statuses[]")
    alerts = [
        alert
        for alert in incident.alerts
        if key in {None, alert.key}
        and (not statuses or ("triggered" if alert.open else "resolved") in statuses)
    ]
    shapes = call.incident_shapes
    return page(call, "alerts", alerts, lambda alert: shapes.alert(incident, alert))


ROUTES: tuple[Route, ...] = (
    Route("GET", "/incidents/{id}/notes", list_notes),
    Route("POST", "/incidents/{id}/notes", add_note, asks_from=True),
    Route("POST", "/incidents/{id}/status_updates", publish_status_update, asks_from=True),
    Route("POST", "/incidents/{id}/responder_requests", request_responders),
    Route("GET", "/incidents/{id}/log_entries", list_log_entries, query=LOG_QUERY),
    Route("GET", "/incidents/{id}/alerts", list_alerts, query=ALERT_QUERY),
)
