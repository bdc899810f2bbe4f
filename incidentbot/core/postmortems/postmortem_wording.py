"""Makes a draft's source fit to be read: roles for names, plain text for Slack's markup, no secrets. Selects nothing."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from incidentbot.core.facts import FactKind, Recorded
from incidentbot.core.postmortems.postmortem_types import DraftSource, RoomMessage
from incidentbot.core.runbooks.run import Run
from incidentbot.core.salience_cues import MARKS, UNMARKS
from incidentbot.core.text.redaction import redact_for_draft
from incidentbot.core.text.words import role_words

LEAD = "incident lead"
ROLE_NAMES: Mapping[str, str] = {
    "lead": LEAD,
    "commander": LEAD,
    "incident_commander": LEAD,
    "comms": "communications lead",
    "communications": "communications lead",
    "ops": "operations lead",
}
"""Short words for roles as they are typed, and how a document calls them."""

FOLDED: Mapping[FactKind, str] = MappingProxyType(
    {
        FactKind.STEP_DONE: "steps done",
        FactKind.STEP_BACK: "steps back",
        FactKind.STEP_JUMPED: "jumps to other steps",
        FactKind.BOX_TICKED: "boxes ticked",
        FactKind.VALUE_SET: "values filled in",
        FactKind.JOINED: "people joined",
    }
)
"""Facts that share a line where they follow each other closely, and what so many of them are called."""

_MARKUP = re.compile(r"<(?P<sign>[@#!]?)(?P<body>[^<>|\n]{1,2000})(?:\|(?P<label>[^<>\n]{0,2000}))?>")
_ESCAPES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that show nothing or turn the reading direction; tabs and line breaks are kept."""
_SHORTEST_NAME = 3
_SLACK_ID = re.compile(r"[UW][A-Z0-9]{2,}")
_LINK = re.compile(r"(?:https?|mailto|tel):")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A source whose every text is fit to be read, the roster that explains its roles, and what was taken out."""

    source: DraftSource
    roster: Mapping[str, str]
    redacted: Mapping[str, int]

    def who(self, user: str | None) -> str:
        """The role of a person or the name of an app."""
        return self.roster.get(user or "", user or "an app")


def prepare(source: DraftSource) -> Prepared:
    """Clean every text of the source, once, before anything is selected or cut."""
    roster = _roster(source)
    counts: Counter[str] = Counter()
    name = _names(source, roster)
    by_ts = {item.message.ts: item.id for item in source.messages}

    def clean(text: str) -> str:
        plain = _plain(text, roster)
        shown = plain if plain.isprintable() else _CONTROL.sub("", plain)
        found = redact_for_draft(name(shown), ips=source.ips, customers=source.customers)
        if found.counts:
            counts.update(found.counts)
        return found.text

    meant = _meanings(source)
    cleaned = replace(
        source,
        title=clean(source.title),
        impact=clean(source.impact),
        status=None if source.status is None else clean(source.status),
        severities=tuple(map(clean, source.severities)),
        services=tuple(map(clean, source.services)),
        facts=tuple(_clean_fact(recorded, clean, by_ts) for recorded in source.facts),
        messages=tuple(_meant(_clean_message(item, clean), meant) for item in source.messages),
        runs=tuple(_clean_run(run, clean) for run in source.runs),
    )
    return Prepared(cleaned, roster, dict(counts))


def _clean_fact(recorded: Recorded, clean: Callable[[str], str], by_ts: Mapping[str, str]) -> Recorded:
    """The fact with clean text; a message it names by ts is named by id, too."""
    fact = recorded.fact
    message = fact.data.get("message_id") or by_ts.get(fact.data.get("message_ts", ""))
    data = {**fact.data, "message_id": message} if message else fact.data
    return replace(recorded, fact=replace(fact, text=clean(fact.text), data=data))


def _clean_message(item: RoomMessage, clean: Callable[[str], str]) -> RoomMessage:
    text = "" if item.message.deleted else clean(item.message.text)
    if text == item.message.text:
        return item
    return replace(item, message=replace(item.message, text=text))


def _meanings(source: DraftSource) -> Mapping[str, str]:
    """Where a profile has reactions of its own: each -> the usual one that it stands for, "" for those set aside."""
    if not source.marks and not source.unmarks:
        return {}
    marks, unmarks = source.marks or MARKS, source.unmarks or UNMARKS
    usual = dict.fromkeys(MARKS | UNMARKS, "")
    return usual | dict.fromkeys(marks, "pushpin") | dict.fromkeys(unmarks, "no_entry_sign")


def _meant(item: RoomMessage, meanings: Mapping[str, str]) -> RoomMessage:
    """The message with its reactions as this team means them."""
    reactions = item.message.reactions
    if not meanings or not any(each.name in meanings for each in reactions):
        return item
    told = tuple(replace(each, name=meanings.get(each.name, each.name)) for each in reactions)
    return replace(item, message=replace(item.message, reactions=told))


def _clean_run(run: Run, clean: Callable[[str], str]) -> Run:
    """The run with clean reasons and conditions; what was filled in for placeholders stands in its facts alone."""
    steps = tuple(
        replace(
            step,
            reason=clean(step.reason),
            taken=replace(step.taken, label=clean(step.taken.label)) if step.taken else None,
        )
        for step in run.steps
    )
    return replace(run, steps=steps, values={})


def _roster(source: DraftSource) -> Mapping[str, str]:
    """A role word for each person, in the order they appear; apps go by their names."""
    held: dict[str, str] = {}
    for user, role in _held_roles(source):
        held.setdefault(user, _role_name(role))
    roster: dict[str, str] = dict.fromkeys(source.own_users, "incidentbot")
    taken: Counter[str] = Counter()
    for user in _people(source):
        if user not in roster:
            word = held.get(user, "responder")
            taken[word] += 1
            roster[user] = word if word != "responder" and taken[word] == 1 else f"{word} {taken[word]}"
    for item in source.messages:
        if item.message.bot and item.message.user:
            roster.setdefault(item.message.user, source.names.get(item.message.user, item.message.user))
    return roster


def _held_roles(source: DraftSource) -> Iterator[tuple[str, str]]:
    yield from source.roles.items()
    for recorded in source.facts:
        holder, role = recorded.fact.data.get("who"), recorded.fact.data.get("role")
        if recorded.fact.kind is FactKind.ROLE_TAKEN and holder and role:
            yield holder, role


def _people(source: DraftSource) -> Iterator[str]:
    """Everybody who is known, wrote or did something, those with roles first."""
    yield from (user for user, _ in _held_roles(source))
    yield from (item.message.user for item in source.messages if item.message.user and not item.message.bot)
    yield from (recorded.fact.by for recorded in source.facts if recorded.fact.by)
    yield from (owner for recorded in source.facts if (owner := recorded.fact.data.get("owner")))
    if _SLACK_ID.fullmatch(source.review_owner or ""):
        yield str(source.review_owner)
    yield from source.names


def _role_name(role: str) -> str:
    return ROLE_NAMES.get(role.lower(), role_words(role))


def _plain(text: str, roster: Mapping[str, str]) -> str:
    """Slack's markup as plain text: mentions as roles, channels by name, links as label and address."""

    def shown(match: re.Match[str]) -> str:
        sign, body, label = match["sign"], match["body"], match["label"] or ""
        if sign == "@":
            return roster.get(body, "someone")
        if sign == "#":
            return f"#{label or body}"
        if sign == "!":
            return label or f"@{body.split('^')[0]}"
        if not _LINK.match(body):
            return match[0]
        return body if not label or label in body else f"{label} ({body})"

    plain = _MARKUP.sub(shown, text) if "<" in text else text
    if "&" not in plain:
        return plain
    for escape, sign in _ESCAPES:
        plain = plain.replace(escape, sign)
    return plain


def _names(source: DraftSource, roster: Mapping[str, str]) -> Callable[[str], str]:
    """Puts roles in the place of people's names.

    A name counts with an @, with a capital, or in small letters after a word such as "by": some names are words, too.
    """
    apps = {item.message.user for item in source.messages if item.message.bot}
    spoken: dict[str, str] = {}
    for user in roster:
        if user not in apps:
            for name in (user.split(" (")[0], source.names.get(user, "").split(" (")[0]):
                spoken.setdefault(name.lower(), roster[user])
    spoken = {name: role for name, role in spoken.items() if len(name) >= _SHORTEST_NAME}
    if not spoken:
        return lambda text: text
    any_name = "|".join(re.escape(name) for name in sorted(spoken, key=len, reverse=True))
    pattern = re.compile(
        rf"(?<![\w./@-])(?P<cue>@|(?i:by|from|with|ask|cc|thanks|ping|and) )?(?P<name>(?i:{any_name}))(?![\w@]|-\w|\.\w)"
    )

    def role(match: re.Match[str]) -> str:
        cue, name = match["cue"] or "", match["name"]
        if not cue and not name[0].isupper():
            return match[0]
        return cue.removeprefix("@") + spoken[name.lower()]

    return lambda text: pattern.sub(role, text)
