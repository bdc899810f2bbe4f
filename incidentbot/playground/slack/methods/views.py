"""views.*: opening, pushing, changing and publishing forms and homes. Never fills one in."""

from typing import Any

from incidentbot.playground.slack import viewing
from incidentbot.playground.slack.delivering.triggers import Trigger
from incidentbot.playground.slack.methods.desk import Body, Desk
from incidentbot.playground.slack.records import View
from incidentbot.playground.slack.refusals import SlackRefusal, explained
from incidentbot.playground.slack.strictness.arguments import Arguments
from incidentbot.playground.slack.strictness.view_rules import checked_view


def _view(desk: Desk, arguments: Arguments, surface: str, *, but: str = "") -> dict[str, Any]:
    body = checked_view(arguments.structure("view", refusal="invalid_arguments"), surface=surface)
    if viewing.external_id_taken(desk.workspace, body, but=but):
        raise SlackRefusal("duplicate_external_id")
    return body


def _trigger(desk: Desk, arguments: Arguments) -> Trigger:
    given = arguments.maybe("trigger_id") or arguments.maybe("interactivity_pointer")
    if given is None:
        raise explained("invalid_arguments", ["missing required field: trigger_id"])
    return desk.triggers.look(given)


def _use(desk: Desk, arguments: Arguments) -> None:
    desk.triggers.use(arguments.text("trigger_id") or arguments.text("interactivity_pointer"))


def open_view(desk: Desk, arguments: Arguments) -> Body:
    """views.open"""
    trigger = _trigger(desk, arguments)
    body = _view(desk, arguments, "modal")
    _use(desk, arguments)
    return {"view": viewing.view_body(viewing.opened(desk.workspace, trigger.user, body))}


def push(desk: Desk, arguments: Arguments) -> Body:
    """views.push: on top of the modal in which the person clicked"""
    trigger = _trigger(desk, arguments)
    body = _view(desk, arguments, "modal")
    stack = desk.workspace.modals.get(trigger.user, [])
    if trigger.view_id not in stack:
        raise SlackRefusal("not_found")
    if len(stack) >= viewing.MOST_STACKED:
        raise SlackRefusal("push_limit_reached")
    _use(desk, arguments)
    return {"view": viewing.view_body(viewing.pushed(desk.workspace, trigger.user, body))}


def _named(desk: Desk, arguments: Arguments) -> View:
    wanted = arguments.maybe("view_id")
    external = arguments.maybe("external_id")
    if wanted is None and external is None:
        raise explained("invalid_arguments", ["must provide one of: view_id, external_id"])
    for view in desk.workspace.views.values():
        if view.id == wanted or (external and view.body.get("external_id") == external):
            return view
    raise SlackRefusal("not_found")


def _same_hash(view: View, arguments: Arguments) -> None:
    if (given := arguments.maybe("hash")) and given != view.hash:
        raise SlackRefusal("hash_conflict")


def update(desk: Desk, arguments: Arguments) -> Body:
    """views.update"""
    view = _named(desk, arguments)
    body = _view(desk, arguments, str(view.body["type"]), but=view.id)
    _same_hash(view, arguments)
    return {"view": viewing.view_body(viewing.changed(desk.workspace, view, body))}


def publish(desk: Desk, arguments: Arguments) -> Body:
    """views.publish"""
    user = arguments.text("user_id")
    if user not in desk.workspace.people:
        raise explained("invalid_arguments", ["invalid `user_id`"])
    present = desk.workspace.homes.get(user)
    body = _view(desk, arguments, "home", but=present or "")
    if present is not None:
        _same_hash(desk.workspace.views[present], arguments)
    return {"view": viewing.view_body(viewing.published(desk.workspace, user, body))}
