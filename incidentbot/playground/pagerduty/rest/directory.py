"""REST: who is who and who is on call: users, policies, schedules, services, priorities. Reads only."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

from incidentbot.playground.pagerduty.account import Shift
from incidentbot.playground.pagerduty.refusals import Because, Refusal, not_found
from incidentbot.playground.pagerduty.rest.calling import (
    PAGING,
    TRUE_WORDS,
    Answer,
    Call,
    Route,
    moment,
    page,
)

INCLUDE = frozenset({"include[]"})
SEARCH = PAGING | INCLUDE | {"query", "team_ids[]", "sort_by"}
ONCALL_QUERY = (
    PAGING
    | INCLUDE
    | {"time_zone", "user_ids[]", "escalation_policy_ids[]", "schedule_ids[]", "since", "until", "earliest"}
)
SCHEDULE_QUERY = frozenset({"time_zone", "since", "until", "overflow", "include_next_oncall_for_user"})

T = TypeVar("T")


def _found(things: Mapping[str, T], call: Call, what: str) -> T:
    thing = things.get(call.id)
    if thing is None:
        raise not_found(what)
    return thing


def list_oncalls(call: Call) -> Answer:
    """`GET /oncalls`: one entry for each shift; `earliest` keeps one for each person, policy and level."""
    moment(call, "since"), moment(call, "until")
    shifts = [shift for shift in _all_shifts(call) if _wanted(call, shift)]
    if call.one("earliest") in TRUE_WORDS:
        shifts = _earliest(shifts)
    shapes = call.directory_shapes
    return page(call, "oncalls", shifts, lambda shift: shapes.shift(shift, call.now))


def _all_shifts(call: Call) -> Iterable[Shift]:
    account = call.records.account
    for policy in account.policies.values():
        for level in range(1, len(policy.rules) + 1):
            yield from account.shifts(policy, level)


def _wanted(call: Call, shift: Shift) -> bool:
    schedule = None if shift.schedule is None else shift.schedule.id
    values = {
        "user_ids[]": shift.user.id,
        "escalation_policy_ids[]": shift.policy.id,
        "schedule_ids[]": schedule,
    }
    return all(not call.several(name) or value in call.several(name) for name, value in values.items())


def _earliest(shifts: Iterable[Shift]) -> list[Shift]:
    first: dict[tuple[str, str, int], Shift] = {}
    for shift in shifts:
        first.setdefault((shift.user.id, shift.policy.id, shift.level), shift)
    return list(first.values())


def list_policies(call: Call) -> Answer:
    """`GET /escalation_policies`."""
    word = (call.one("query") or "").casefold()
    policies = [each for each in call.records.account.policies.values() if word in each.name.casefold()]
    return page(call, "escalation_policies", policies, call.directory_shapes.policy)


def show_policy(call: Call) -> Answer:
    """`GET /escalation_policies/{id}`."""
    policy = _found(call.records.account.policies, call, "Escalation Policy")
    return Answer({"escalation_policy": call.directory_shapes.policy(policy)})


def show_schedule(call: Call) -> Answer:
    """`GET /schedules/{id}`."""
    schedule = _found(call.records.account.schedules, call, "Schedule")
    return Answer({"schedule": call.directory_shapes.schedule(schedule, call.now)})


def list_services(call: Call) -> Answer:
    """`GET /services`."""
    word, name = (call.one("query") or "").casefold(), call.one("name")
    services = [
        each
        for each in call.records.account.services.values()
        if word in each.name.casefold() and name in {None, each.name}
    ]
    shapes, incidents = call.directory_shapes, call.records.incidents
    return page(call, "services", services, lambda each: shapes.service(each, incidents))


def show_service(call: Call) -> Answer:
    """`GET /services/{id}`."""
    service = _found(call.records.account.services, call, "Service")
    return Answer({"service": call.directory_shapes.service(service, call.records.incidents)})


def list_priorities(call: Call) -> Answer:
    """`GET /priorities`: most severe first; 402 where the account has none."""
    if "priorities" not in call.records.account.abilities:
        raise Refusal(Because.NO_ABILITY, "priorities")
    return page(call, "priorities", call.records.account.priorities, call.directory_shapes.priority)


def list_users(call: Call) -> Answer:
    """`GET /users`: `query` is looked for in names and addresses."""
    word = (call.one("query") or "").casefold()
    users = [
        user
        for user in call.records.account.users.values()
        if word in user.name.casefold() or word in user.email.casefold()
    ]
    return page(call, "users", users, call.directory_shapes.user)


def show_user(call: Call) -> Answer:
    """`GET /users/{id}`."""
    return Answer({"user": call.directory_shapes.user(_found(call.records.account.users, call, "User"))})


def show_me(call: Call) -> Answer:
    """`GET /users/me`: the owner of the token."""
    return Answer({"user": call.directory_shapes.user(call.token_owner)})


def list_abilities(call: Call) -> Answer:
    """`GET /abilities`: in one answer."""
    return Answer({"abilities": sorted(call.records.account.abilities)})


ROUTES: tuple[Route, ...] = (
    Route("GET", "/oncalls", list_oncalls, query=ONCALL_QUERY),
    Route("GET", "/escalation_policies", list_policies, query=SEARCH | {"user_ids[]"}),
    Route("GET", "/escalation_policies/{id}", show_policy, query=INCLUDE),
    Route("GET", "/schedules/{id}", show_schedule, query=SCHEDULE_QUERY),
    Route("GET", "/services", list_services, query=SEARCH | {"time_zone", "name"}),
    Route("GET", "/services/{id}", show_service, query=INCLUDE),
    Route("GET", "/priorities", list_priorities, query=PAGING),
    Route("GET", "/users/me", show_me, query=INCLUDE),
    Route("GET", "/users/{id}", show_user, query=INCLUDE),
    Route("GET", "/users", list_users, query=SEARCH),
    Route("GET", "/abilities", list_abilities),
)
