"""Reads what a REST body says about incidents into values of the account. Refuses what PagerDuty refuses; changes nothing."""

from collections.abc import Mapping
from typing import Any

from incidentbot.playground.pagerduty.account import Account, PagerUser, Policy, Priority, Service, Urgency
from incidentbot.playground.pagerduty.refusals import Because, Refusal, invalid

BRIDGE_FIELDS = frozenset({"conference_number", "conference_url"})


def an_object(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object under `name`.

    Raises: Refusal when there is none.
    """
    value = body.get(name)
    if not isinstance(value, Mapping):
        raise invalid(f"{name} is missing or not an object")
    return value


def a_text(body: Mapping[str, Any], name: str) -> str:
    """The text under `name`, not blank.

    Raises: Refusal when there is none.
    """
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise invalid(f"{name} is missing or blank")
    return value


def referenced(value: object, kinds: frozenset[str], what: str) -> str:
    """The id inside a reference whose `type` is one of `kinds`.

    Raises: Refusal when it is no such reference.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("id"), str):
        raise invalid(f"{what} must be a reference with an id")
    if value.get("type") not in kinds:
        raise invalid(f"{what} must have the type {' or '.join(sorted(kinds))}")
    return str(value["id"])


def service_in(account: Account, body: Mapping[str, Any]) -> Service:
    """The service of a new incident.

    Raises: Refusal when the account has no such service.
    """
    given = referenced(body.get("service"), frozenset({"service_reference", "service"}), "service")
    service = account.services.get(given)
    if service is None:
        raise invalid("Service not found")
    return service


def policy_in(account: Account, value: object) -> Policy:
    """An escalation policy by reference.

    Raises: Refusal when the account has no such policy.
    """
    kinds = frozenset({"escalation_policy_reference", "escalation_policy"})
    policy = account.policies.get(referenced(value, kinds, "escalation_policy"))
    if policy is None:
        raise invalid("Escalation policy not found")
    return policy


def user_in(account: Account, value: object, what: str) -> PagerUser:
    """A user by reference.

    Raises: Refusal when the account has no such user.
    """
    user = account.users.get(referenced(value, frozenset({"user_reference", "user"}), what))
    if user is None:
        raise invalid(f"{what}: user not found")
    return user


def assignees_in(account: Account, value: object) -> tuple[PagerUser, ...]:
    """The people of an `assignments` list.

    Raises: Refusal when it is empty or names somebody unknown.
    """
    if not isinstance(value, list) or not value:
        raise invalid("assignments must be a list of assignees")
    return tuple(user_in(account, an_object(item, "assignee"), "assignee") for item in value)


def priority_in(account: Account, value: object) -> Priority | None:
    """A priority by reference or by name; None takes it away.

    Raises: Refusal 1020 when the account has no such priority.
    """
    if value is None:
        return None
    if isinstance(value, str):
        found = [each for each in account.priorities if each.name == value]
    else:
        wanted = referenced(value, frozenset({"priority_reference", "priority"}), "priority")
        found = [each for each in account.priorities if each.id == wanted]
    if not found:
        raise Refusal(Because.BAD_PRIORITY)
    return found[0]


def urgency_in(value: object) -> Urgency:
    """`high` or `low`.

    Raises: Refusal for any other word.
    """
    if value not in {"high", "low"}:
        raise invalid("urgency must be high or low")
    return Urgency(str(value))


def bridge_in(value: object) -> dict[str, str]:
    """Where people meet: a number, an address or both.

    Raises: Refusal for other fields or other values.
    """
    if not isinstance(value, Mapping) or not value or set(value) - BRIDGE_FIELDS:
        raise invalid("conference_bridge takes conference_number and conference_url")
    if not all(isinstance(each, str) for each in value.values()):
        raise invalid("conference_bridge takes strings")
    return dict(value)


def details_in(value: object) -> str:
    """The text of an incident body. The specification calls it an object; the service and the docs take a string.

    Raises: Refusal for anything else.
    """
    if not isinstance(value, Mapping) or value.get("type") != "incident_body":
        raise invalid("body must have the type incident_body")
    return a_text(value, "details")
