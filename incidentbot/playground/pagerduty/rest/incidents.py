"""REST: incidents are listed, shown, created and updated here. Notes and responders are beside it, in additions."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from incidentbot.playground.pagerduty import life
from incidentbot.playground.pagerduty.account import Account
from incidentbot.playground.pagerduty.incidents import Incident
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
from incidentbot.playground.pagerduty.rest.updating import update

KEY_LIMIT = 255
BULK_LIMIT = 250
DEFAULT_SPAN = timedelta(days=30)
"""Without `since` a list goes back one month. Source: the reference of `GET /incidents`."""
SNOOZE_LIMIT_S = 604_800
DUPLICATE = "Open incident with matching dedup key already exists on this service"
NEW_FIELDS = frozenset(
    {
        "type",
        "title",
        "service",
        "priority",
        "urgency",
        "body",
        "incident_key",
        "assignments",
        "incident_type",
        "escalation_policy",
        "conference_bridge",
    }
)
SORT_FIELDS: Mapping[str, Callable[[Incident], Any]] = {
    "incident_number": lambda incident: incident.number,
    "created_at": lambda incident: (incident.created_at, incident.number),
    "resolved_at": lambda incident: (incident.resolved_at or incident.created_at, incident.number),
    "urgency": lambda incident: incident.urgency.value,
}
FILTERS: Mapping[str, Callable[[Incident], set[str]]] = {
    "statuses[]": lambda incident: {incident.status.value},
    "service_ids[]": lambda incident: {incident.service.id},
    "urgencies[]": lambda incident: {incident.urgency.value},
    "user_ids[]": lambda incident: {stamp.user.id for stamp in incident.assignees},
    "incident_key": lambda incident: {incident.key},
}
LIST_QUERY = PAGING | {"date_range", "since", "until", "time_zone", "sort_by", "include[]", *FILTERS}


def list_incidents(call: Call) -> Answer:
    """`GET /incidents`: the last month unless told otherwise; `date_range=all` goes back to the beginning."""
    span = _span(call)
    found = [
        incident
        for incident in call.records.incidents
        if _matches(call, incident) and (span is None or span[0] <= incident.created_at <= span[1])
    ]
    for order in reversed((call.one("sort_by") or "incident_number").split(",")):
        field, _, direction = order.partition(":")
        if field not in SORT_FIELDS or direction not in {"", "asc", "desc"}:
            raise invalid("sort_by is not a field incidents are sorted by")
        found.sort(key=SORT_FIELDS[field], reverse=direction == "desc")
    return page(call, "incidents", found, call.incident_shapes.incident)


def _matches(call: Call, incident: Incident) -> bool:
    wanted = {name: set(call.several(name)) for name in FILTERS}
    return all(not words or words & FILTERS[name](incident) for name, words in wanted.items())


def _span(call: Call) -> tuple[datetime, datetime] | None:
    if call.one("date_range") == "all":
        return None
    until = moment(call, "until") or call.now
    return moment(call, "since") or until - DEFAULT_SPAN, until


def show_incident(call: Call) -> Answer:
    """`GET /incidents/{id}`."""
    return Answer({"incident": call.incident_shapes.incident(call.incident)})


def create_incident(call: Call) -> Answer:
    """`POST /incidents`: refused while an incident of the same key is open on that service."""
    given = reading.an_object(call.body, "incident")
    only_fields(given, NEW_FIELDS, "incident")
    if given.get("type") != "incident":
        raise invalid("type must be incident")
    opening = _opening(call.records.account, given)
    if opening.key is not None and call.records.incidents.open_on(opening.service, opening.key):
        raise Refusal(Because.CONFLICTING, DUPLICATE)
    incident = life.open_incident(call.records, opening, call.agent)
    return Answer({"incident": call.incident_shapes.incident(incident)}, status=201)


def _opening(account: Account, given: Mapping[str, Any]) -> life.Opening:
    if "assignments" in given and "escalation_policy" in given:
        raise invalid("Assignments and escalation policy cannot both be specified")
    title, service = reading.a_text(given, "title"), reading.service_in(account, given)
    policy = given.get("escalation_policy")
    people = given.get("assignments")
    urgency = given.get("urgency")
    details = given.get("body")
    bridge = given.get("conference_bridge")
    kind = given.get("incident_type", {"name": "incident_default"})
    return life.Opening(
        service=service,
        title=title,
        key=_key(given),
        urgency=None if urgency is None else reading.urgency_in(urgency),
        policy=None if policy is None else reading.policy_in(account, policy),
        assignees=() if people is None else reading.assignees_in(account, people),
        priority=reading.priority_in(account, given.get("priority")),
        details=None if details is None else reading.details_in(details),
        bridge=None if bridge is None else reading.bridge_in(bridge),
        incident_type=reading.a_text(kind, "name"),
    )


def _key(given: Mapping[str, Any]) -> str | None:
    if "incident_key" not in given:
        return None
    key = reading.a_text(given, "incident_key")
    if len(key) > KEY_LIMIT:
        raise invalid(f"incident_key is longer than {KEY_LIMIT} characters")
    return key


def update_incident(call: Call) -> Answer:
    """`PUT /incidents/{id}`."""
    update(call, call.incident, reading.an_object(call.body, "incident"))
    return Answer({"incident": call.incident_shapes.incident(call.incident)})


def update_incidents(call: Call) -> Answer:
    """`PUT /incidents`: up to 250 at once, each named by its `id`."""
    given = call.body.get("incidents")
    if not isinstance(given, list) or not given:
        raise invalid("incidents must be a list")
    if len(given) > BULK_LIMIT:
        raise Refusal(Because.TOO_LARGE, f"At most {BULK_LIMIT} incidents at once")
    chosen: list[Incident] = []
    for each in given:
        found = call.records.incidents.get(reading.a_text(each, "id")) if isinstance(each, Mapping) else None
        if found is None:
            raise Refusal(Because.NOT_FOUND, "Incident Not Found")
        chosen.append(found)
    for incident, each in zip(chosen, given, strict=True):
        update(call, incident, {name: value for name, value in each.items() if name != "id"})
    return Answer({"incidents": [call.incident_shapes.incident(incident) for incident in chosen]})


def snooze_incident(call: Call) -> Answer:
    """`POST /incidents/{id}/snooze`: for 1 to 604,800 seconds."""
    duration = call.body.get("duration")
    if not isinstance(duration, int) or isinstance(duration, bool) or not 1 <= duration <= SNOOZE_LIMIT_S:
        raise invalid(f"duration must be a number of seconds from 1 to {SNOOZE_LIMIT_S}")
    life.snooze(call.records, call.incident, timedelta(seconds=duration), call.agent)
    return Answer({"incident": call.incident_shapes.incident(call.incident)}, status=201)


ROUTES: tuple[Route, ...] = (
    Route("GET", "/incidents", list_incidents, query=LIST_QUERY),
    Route("POST", "/incidents", create_incident, asks_from=True),
    Route("PUT", "/incidents", update_incidents, query=PAGING, asks_from=True),
    Route("GET", "/incidents/{id}", show_incident, query=frozenset({"include[]"})),
    Route("PUT", "/incidents/{id}", update_incident, asks_from=True),
    Route("POST", "/incidents/{id}/snooze", snooze_incident, asks_from=True),
)
