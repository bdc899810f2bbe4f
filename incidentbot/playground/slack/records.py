"""What a workspace holds: channels, messages, pins, bookmarks, files, views. Data and its wire shapes, no rules."""

from dataclasses import dataclass, field
from typing import Any

from incidentbot.playground.slack.people import APP_ID, BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID


@dataclass(frozen=True, slots=True)
class Change:
    """Something a page that shows the workspace should draw again. `users` empty means everyone."""

    kind: str
    channel: str = ""
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A topic or a purpose. `last_set` is in Unix seconds."""

    value: str = ""
    creator: str = ""
    last_set: int = 0

    def body(self) -> dict[str, Any]:
        """As conversation objects carry it."""
        return {"value": self.value, "creator": self.creator, "last_set": self.last_set}


@dataclass(slots=True)
class Message:
    """One message. `visible_to` names the only reader of an ephemeral one; `pings` whom it would notify."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    subtype: str | None = None
    client_msg_id: str | None = None
    metadata: dict[str, Any] | None = None
    edited: dict[str, str] | None = None
    reactions: dict[str, list[str]] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    repliers: list[str] = field(default_factory=list)
    parent_user: str | None = None
    pinned: bool = False
    visible_to: str | None = None
    pings: list[str] = field(default_factory=list)
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def written(self) -> bool:
        """Whether somebody wrote it; Slack's own lines (joined, renamed) are not written by anybody."""
        return self.subtype in {None, "thread_broadcast", "file_share"}

    @property
    def by_bot(self) -> bool:
        """Whether the app wrote it."""
        return self.written and self.user == BOT_USER_ID

    def body(self, *, metadata: str = "without") -> dict[str, Any]:
        """The message object. metadata: "with" includes what the app attached."""
        body: dict[str, Any] = {"type": "message", "user": self.user, "text": self.text, "ts": self.ts}
        for key in ("subtype", "client_msg_id", "thread_ts", "edited", "blocks", "attachments", "files"):
            if value := getattr(self, key):
                body[key] = value
        if self.by_bot:
            body |= {"bot_id": BOT_ID, "app_id": APP_ID, "bot_profile": bot_profile()}
        if self.reactions:
            body["reactions"] = [
                {"name": name, "users": list(users), "count": len(users)}
                for name, users in self.reactions.items()
            ]
        if self.pinned:
            body["pinned_to"] = [self.channel]
        if self.metadata and metadata == "with":
            body["metadata"] = self.metadata
        return body | {"team": TEAM_ID} | self._thread() | self.extra

    def _thread(self) -> dict[str, Any]:
        if self.parent_user is not None:
            return {"parent_user_id": self.parent_user}
        if not self.replies:
            return {}
        return {
            "thread_ts": self.ts,
            "reply_count": len(self.replies),
            "reply_users": list(dict.fromkeys(self.repliers)),
            "reply_users_count": len(set(self.repliers)),
            "latest_reply": self.replies[-1],
            "subscribed": False,
            "is_locked": False,
        }


def bot_profile() -> dict[str, Any]:
    """What every message of the app carries about it."""
    return {
        "id": BOT_ID,
        "app_id": APP_ID,
        "user_id": BOT_USER_ID,
        "name": BOT_NAME,
        "team_id": TEAM_ID,
        "deleted": False,
        "updated": 0,
        "icons": {},
    }


@dataclass(frozen=True, slots=True)
class Pin:
    """A message that somebody pinned. `created` is in Unix seconds."""

    ts: str
    by: str
    created: int


@dataclass(slots=True)
class Channel:
    """A conversation. `im_user` is the person of a direct message with the app."""

    id: str
    name: str
    creator: str
    created: int
    is_private: bool = False
    is_general: bool = False
    im_user: str | None = None
    is_archived: bool = False
    topic: Line = Line()
    purpose: Line = Line()
    members: list[str] = field(default_factory=list)
    previous_names: list[str] = field(default_factory=list)
    messages: dict[str, Message] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    pins: list[Pin] = field(default_factory=list)
    bookmarks: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """`channel`, `group` (private) or `im`, as events name it."""
        if self.im_user:
            return "im"
        return "group" if self.is_private else "channel"

    def readable_by(self, user: str) -> bool:
        """Whether the person sees it at all."""
        return self.kind == "channel" or user in self.members

    def body(self, reader: str = BOT_USER_ID) -> dict[str, Any]:
        """The conversation object as `reader` receives it."""
        if self.im_user:
            return {
                "id": self.id,
                "created": self.created,
                "is_im": True,
                "is_org_shared": False,
                "is_archived": False,
                "is_open": True,
                "user": self.im_user,
            }
        return {
            "id": self.id,
            "name": self.name,
            "name_normalized": self.name,
            "created": self.created,
            "creator": self.creator,
            "is_channel": not self.is_private,
            "is_group": self.is_private,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.is_private,
            "is_general": self.is_general,
            "is_archived": self.is_archived,
            "is_shared": False,
            "is_ext_shared": False,
            "is_org_shared": False,
            "is_pending_ext_shared": False,
            "is_member": reader in self.members,
            "context_team_id": TEAM_ID,
            "shared_team_ids": [TEAM_ID],
            "pending_shared": [],
            "pending_connected_team_ids": [],
            "previous_names": list(self.previous_names),
            "topic": self.topic.body(),
            "purpose": self.purpose.body(),
            "unlinked": 0,
            "updated": self.created * 1000,
        }


@dataclass(slots=True)
class Canvas:
    """The canvas of a channel, in the words it was written with."""

    id: str
    channel: str
    title: str
    markdown: str
    creator: str

    def properties(self) -> dict[str, Any]:
        """What the conversation object says of it, and of the tab it stands in."""
        tab = {"id": f"Ct{self.id}", "label": self.title, "type": "canvas", "data": {"file_id": self.id}}
        canvas = {"file_id": self.id, "is_empty": not self.markdown, "quip_thread_id": f"Q{self.id}"}
        return {"canvas": canvas, "tabs": [tab]}


@dataclass(slots=True)
class StoredFile:
    """A file on its way: reserved, then uploaded (`content`), then shared (`channels`)."""

    id: str
    name: str
    length: int
    ticket: str
    created: int
    content: bytes | None = None
    title: str = ""
    channels: list[str] = field(default_factory=list)


@dataclass(slots=True)
class View:
    """An open modal or a published home. `body` is the view as the app gave it; `typed` what the person entered so far."""

    id: str
    user: str
    body: dict[str, Any]
    hash: str
    root_id: str
    previous_id: str | None = None
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
