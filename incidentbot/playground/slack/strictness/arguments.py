"""Which arguments each method knows, and how they are read from a request. Knows no method's meaning.

Names and required ones: the method pages of docs.slack.dev as of August 2026; `token` is everywhere.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from incidentbot.playground.slack.refusals import SlackRefusal, explained

EVERYWHERE = frozenset({"token", "team_id"})  # Bolt adds team_id to every call
_TRUE = frozenset({"1", "true", "True"})


@dataclass(frozen=True, slots=True)
class Signature:
    """The arguments of one method. `json`: whether Slack reads a JSON body for it."""

    required: frozenset[str]
    optional: frozenset[str]
    json: bool


def _takes(required: str = "", optional: str = "", *, body: str = "json or form") -> Signature:
    return Signature(frozenset(required.split()), frozenset(optional.split()), json="json" in body)


_FORM = "form"
_PAGING = "cursor limit"
_HISTORY = f"{_PAGING} include_all_metadata inclusive latest oldest"
_WRITING = "as_user attachments blocks icon_emoji icon_url link_names markdown_text metadata parse text thread_ts username"

SIGNATURES: Mapping[str, Signature] = {
    "api.test": _takes("", "error"),
    "auth.test": _takes(),
    "apps.connections.open": _takes(),
    "bots.info": _takes("", "bot", body=_FORM),
    "team.info": _takes("", "domain team"),
    "users.info": _takes("user", "include_locale", body=_FORM),
    "users.list": _takes("", f"include_locale {_PAGING}", body=_FORM),
    "users.lookupByEmail": _takes("email", body=_FORM),
    "usergroups.list": _takes("", "include_count include_disabled include_users", body=_FORM),
    "usergroups.users.list": _takes("usergroup", "include_disabled", body=_FORM),
    "conversations.create": _takes("name", "is_private"),
    "conversations.info": _takes("channel", "include_locale include_num_members", body=_FORM),
    "conversations.list": _takes("", f"exclude_archived types {_PAGING}", body=_FORM),
    "conversations.members": _takes("channel", _PAGING, body=_FORM),
    "conversations.join": _takes("channel"),
    "conversations.invite": _takes("channel users", "force"),
    "conversations.kick": _takes("channel", "user"),
    "conversations.leave": _takes("channel"),
    "conversations.archive": _takes("channel"),
    "conversations.unarchive": _takes("channel"),
    "conversations.rename": _takes("channel name"),
    "conversations.setTopic": _takes("channel topic"),
    "conversations.setPurpose": _takes("channel purpose"),
    "conversations.history": _takes("channel", _HISTORY),
    "conversations.replies": _takes("channel ts", _HISTORY, body=_FORM),
    "conversations.open": _takes("", "channel prevent_creation return_im users"),
    "chat.postMessage": _takes(
        "channel",
        f"{_WRITING} current_draft_last_updated_ts mrkdwn reply_broadcast unfurl_links unfurl_media",
    ),
    "chat.update": _takes(
        "channel ts",
        "as_user attachments blocks file_ids link_names markdown_text metadata parse reply_broadcast text"
        " unfurled_attachments",
    ),
    "chat.delete": _takes("channel ts", "as_user"),
    "chat.postEphemeral": _takes("channel user", _WRITING),
    "chat.getPermalink": _takes("channel message_ts", body=_FORM),
    "pins.add": _takes("channel", "timestamp"),
    "pins.remove": _takes("channel", "timestamp"),
    "pins.list": _takes("channel", body=_FORM),
    "bookmarks.add": _takes("title type", "access_level channel_id emoji entity_id link parent_id"),
    "bookmarks.edit": _takes("", "bookmark_id channel_id emoji link title"),
    "bookmarks.list": _takes("", "channel_id"),
    "bookmarks.remove": _takes("", "bookmark_id channel_id quip_section_id"),
    "reactions.add": _takes("channel name timestamp"),
    "reactions.remove": _takes("name", "channel file file_comment timestamp"),
    "reactions.get": _takes("", "channel file file_comment full timestamp", body=_FORM),
    "views.open": _takes("view", "interactivity_pointer trigger_id"),
    "views.update": _takes("view", "external_id hash view_id"),
    "views.push": _takes("view", "interactivity_pointer trigger_id"),
    "views.publish": _takes("user_id view", "hash interactivity_pointer"),
    "conversations.canvases.create": _takes("channel_id", "document_content title"),
    "canvases.edit": _takes("canvas_id changes"),
    "files.getUploadURLExternal": _takes("filename length", "alt_txt snippet_type", body=_FORM),
    "files.completeUploadExternal": _takes(
        "files", "blocks channel_id channels icon_emoji icon_url initial_comment thread_ts username"
    ),
    "files.info": _takes("file", "count cursor limit page", body=_FORM),
}

# A few methods answer a missing argument with a word of their own.
_MISSING: Mapping[tuple[str, str], str] = {
    ("conversations.create", "name"): "invalid_name_required",
    ("conversations.rename", "name"): "invalid_name_required",
    ("conversations.invite", "users"): "no_user",
}
_MAY_BE_EMPTY = frozenset({"topic", "purpose"})


class Arguments:
    """The arguments of one call, whatever way they came: query, form or JSON."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values: dict[str, Any] = {key: value for key, value in values.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        """The argument as text."""
        return str(self.values.get(name, default))

    def maybe(self, name: str) -> str | None:
        """The argument as text, None when absent or empty."""
        return self.text(name) or None

    def flag(self, name: str, default: str = "false") -> bool:
        """True for `1`, `true` and JSON's true."""
        return str(self.values.get(name, default)) in _TRUE

    def words(self, name: str) -> list[str]:
        """A list: JSON's own, or words with commas between them."""
        value = self.values.get(name, "")
        if isinstance(value, list):
            return [str(item) for item in value]
        return [word.strip() for word in str(value).split(",") if word.strip()]

    def number(self, name: str, default: int) -> int:
        """A whole number; what is none is refused as invalid_arguments."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(str(value))
        except ValueError as error:
            raise explained("invalid_arguments", [f"must be an integer [json-pointer:/{name}]"]) from error

    def structure(self, name: str, *, refusal: str) -> Any:
        """A JSON value that may have come as text. Raises SlackRefusal `refusal` when it is no JSON."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as error:
            raise SlackRefusal(refusal) from error


def checked(method: str, arguments: Arguments) -> None:
    """Refuse what the method does not know, and what it misses.

    Raises SlackRefusal, mostly invalid_arguments with one line for each mistake.
    """
    signature = SIGNATURES[method]
    known = signature.required | signature.optional | EVERYWHERE
    found = [f"unknown argument: {name}" for name in sorted(set(arguments.values) - known)]
    missing = sorted(
        name
        for name in signature.required
        if name not in arguments or (arguments.values[name] == "" and name not in _MAY_BE_EMPTY)
    )
    if not found:
        for name in missing:
            if own := _MISSING.get((method, name)):
                raise SlackRefusal(own)
    found += [f"missing required field: {name}" for name in missing]
    if found:
        raise explained("invalid_arguments", found)
