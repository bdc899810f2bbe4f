"""users.* and usergroups.*: people by id, by list, by e-mail, by group. Changes nothing."""

from typing import Any

from incidentbot.playground.slack.methods.desk import Body, Desk, page_of
from incidentbot.playground.slack.people import Person, group_body, profile_of
from incidentbot.playground.slack.refusals import SlackRefusal
from incidentbot.playground.slack.strictness.arguments import Arguments

_MOST = 1000


def _shown(desk: Desk, person: Person) -> dict[str, Any]:
    """The profile, with its address only for those who may read addresses."""
    body = profile_of(person)
    if "users:read.email" not in desk.workspace.granted_scopes:
        body["profile"].pop("email", None)
    return body


def info(desk: Desk, arguments: Arguments) -> Body:
    """users.info"""
    person = desk.workspace.people.get(arguments.text("user"))
    if person is None:
        raise SlackRefusal("user_not_found")
    locale = {"locale": "en-US"} if arguments.flag("include_locale") else {}
    return {"user": _shown(desk, person) | locale}


def everyone(desk: Desk, arguments: Arguments) -> Body:
    """users.list"""
    people = list(desk.workspace.people.values())
    page, cursor = page_of(people, arguments, default=_MOST, most=_MOST)
    return {
        "members": [_shown(desk, person) for person in page],
        "cache_ts": desk.workspace.now_s(),
        "response_metadata": {"next_cursor": cursor},
    }


def by_email(desk: Desk, arguments: Arguments) -> Body:
    """users.lookupByEmail"""
    wanted = arguments.text("email").lower()
    for person in desk.workspace.people.values():
        if person.email == wanted and not person.is_bot:
            return {"user": _shown(desk, person)}
    raise SlackRefusal("users_not_found")


def groups(desk: Desk, arguments: Arguments) -> Body:
    """usergroups.list"""
    shown = []
    for group in desk.workspace.usergroups:
        body = group_body(group)
        if arguments.flag("include_users"):
            body["users"] = list(group.members)
        if arguments.flag("include_count"):
            body["user_count"] = len(group.members)
        shown.append(body)
    return {"usergroups": shown}


def group_members(desk: Desk, arguments: Arguments) -> Body:
    """usergroups.users.list"""
    for group in desk.workspace.usergroups:
        if group.id == arguments.text("usergroup"):
            return {"users": list(group.members)}
    raise SlackRefusal("no_such_subteam")
