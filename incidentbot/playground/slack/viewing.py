"""What happens when a modal or a home view is opened, pushed, changed or closed. Checks nothing about blocks."""

from typing import Any

from incidentbot.clock import new_id
from incidentbot.playground.slack.people import APP_ID, BOT_ID, TEAM_ID
from incidentbot.playground.slack.records import View
from incidentbot.playground.slack.strictness.blocks import with_ids
from incidentbot.playground.slack.workspace import Workspace

MOST_STACKED = 3  # push_limit_reached of views.push


def view_body(view: View) -> dict[str, Any]:
    """The view object as answers and payloads carry it."""
    optional: dict[str, Any] = {"title": None, "close": None, "submit": None}
    shared = {
        "id": view.id,
        "team_id": TEAM_ID,
        "app_id": APP_ID,
        "bot_id": BOT_ID,
        "app_installed_team_id": TEAM_ID,
        "hash": view.hash,
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "state": {"values": view.typed},
    }
    defaults = {
        "callback_id": "",
        "private_metadata": "",
        "external_id": "",
        "clear_on_close": False,
        "notify_on_close": False,
    }
    return defaults | (optional if view.body["type"] == "modal" else {}) | view.body | shared


def _hash(workspace: Workspace) -> str:
    return f"{workspace.now_s()}.{new_id()[:8]}"


def _stored(workspace: Workspace, body: dict[str, Any]) -> dict[str, Any]:
    return body | {"blocks": with_ids(body["blocks"], workspace.next_id("b"))}


def external_id_taken(workspace: Workspace, body: dict[str, Any], *, but: str = "") -> bool:
    """Whether another open view carries the same external_id."""
    wanted = body.get("external_id")
    return bool(wanted) and any(
        view.body.get("external_id") == wanted and view.id != but for view in workspace.views.values()
    )


def opened(workspace: Workspace, user: str, body: dict[str, Any]) -> View:
    """Show a modal in place of whatever stack of modals was open."""
    for identity in workspace.modals.pop(user, []):
        del workspace.views[identity]
    return pushed(workspace, user, body)


def pushed(workspace: Workspace, user: str, body: dict[str, Any]) -> View:
    """Show a modal on top of the stack."""
    stack = workspace.modals.setdefault(user, [])
    identity = workspace.next_id("V")
    view = View(
        identity,
        user,
        _stored(workspace, body),
        _hash(workspace),
        root_id=stack[0] if stack else identity,
        previous_id=stack[-1] if stack else None,
    )
    workspace.views[identity] = view
    stack.append(identity)
    workspace.changed("view", users=(user,))
    return view


def changed(workspace: Workspace, view: View, body: dict[str, Any]) -> View:
    """Give a view other content; what was entered stays where block and action kept their ids."""
    view.body = _stored(workspace, body)
    view.hash = _hash(workspace)
    kept = {block["block_id"] for block in view.body["blocks"]}
    view.typed = {block: values for block, values in view.typed.items() if block in kept}
    workspace.changed("view" if body["type"] == "modal" else "home", users=(view.user,))
    return view


def published(workspace: Workspace, user: str, body: dict[str, Any]) -> View:
    """Put a home view in front of one person."""
    identity = workspace.homes.get(user)
    if identity is not None:
        return changed(workspace, workspace.views[identity], body)
    identity = workspace.next_id("V")
    view = View(identity, user, _stored(workspace, body), _hash(workspace), root_id=identity)
    workspace.views[identity] = view
    workspace.homes[user] = identity
    workspace.changed("home", users=(user,))
    return view


def closed(workspace: Workspace, view: View, *, whole: str = "top") -> list[View]:
    """Close the view, or with whole="stack" every modal of the person; the closed ones, top first."""
    stack = workspace.modals.get(view.user, [])
    gone = list(reversed(stack)) if whole == "stack" else [view.id]
    workspace.modals[view.user] = [identity for identity in stack if identity not in gone]
    workspace.changed("view", users=(view.user,))
    return [workspace.views.pop(identity) for identity in gone]
