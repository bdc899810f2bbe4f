"""Which words of a profile act, and where; and which are kept but not acted on yet. Reads no profile itself."""

import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, get_args, get_origin

from incidentbot.core.policy import Policy
from incidentbot.policies.blocks import Block
from incidentbot.policies.schema import Profile

READ: Mapping[str, str] = {
    "schema": "incidentbot.policies.schema",
    "id": "incidentbot.policies.build",
    "title": "incidentbot.policies.build",
    "extends": "incidentbot.policies.layers",
    "timezone": "incidentbot.core.ladders.business_time",
    "business_hours.*": "incidentbot.core.ladders.business_time",
    "holidays": "incidentbot.core.ladders.business_time",
    "immediate_means": "incidentbot.core.ladders.ladder",
    "persistent_means": "incidentbot.core.ladders.rungs",
    "severities.*.label": "incidentbot.core.text.severity_words",
    "severities.*.aliases": "incidentbot.core.text.severity_words",
    "severities.*.meaning": "incidentbot.slack.windows.forms",
    "severities.*.examples": "incidentbot.slack.windows.forms",
    "severities.*.notify": "incidentbot.core.ladders.ladder",
    "severities.*.room": "incidentbot.core.ladders.ladder",
    "severities.*.ack.within": "incidentbot.core.ladders.ladder",
    "severities.*.ack.strict": "incidentbot.core.ladders.ladder",
    "severities.*.ack.clock": "incidentbot.core.ladders.ladder",
    "severities.*.ack.people": "incidentbot.core.response.acknowledging",
    "severities.*.ack.expires": "incidentbot.core.ladders.holders",
    "severities.*.ack.answer_within": "incidentbot.core.ladders.holders",
    "severities.*.restore.within": "incidentbot.core.ladders.ladder",
    "severities.*.restore.strict": "incidentbot.core.ladders.ladder",
    "severities.*.restore.clock": "incidentbot.core.ladders.ladder",
    "severities.*.escalate[].after": "incidentbot.core.ladders.rungs",
    "severities.*.escalate[].until": "incidentbot.core.ladders.rungs",
    "severities.*.escalate[].when": "incidentbot.core.ladders.rungs",
    "severities.*.escalate[].mode": "incidentbot.core.ladders.rungs",
    "severities.*.escalate[].clock": "incidentbot.core.ladders.rungs",
    "severities.*.escalate[].every": "incidentbot.core.ladders.rungs",
    "severities.*.escalate[].to": "incidentbot.core.ladders.rungs",
    "severities.*.update_every": "incidentbot.core.ladders.ladder",
    "alerts.*.opens": "incidentbot.core.ladders.ladder",
    "alerts.*.page": "incidentbot.core.ladders.ladder",
    "alerts.*.respond.within": "incidentbot.core.ladders.ladder",
    "alerts.*.respond.strict": "incidentbot.core.ladders.ladder",
    "alerts.*.respond.clock": "incidentbot.core.ladders.ladder",
    "alerts.*.reopens_within": "incidentbot.core.alerts.verdict",
    "alerts.*.resolves": "incidentbot.core.alerts.joining",
    "workflows.*[].id": "incidentbot.policies.rules",
    "workflows.*[].label": "incidentbot.policies.rules",
    "workflows.*[].state": "incidentbot.core.ladders.ladder",
    "workflows.*[].duty": "incidentbot.core.response.respond",
    "workflows.*[].only": "incidentbot.core.ladders.ladder",
    "snooze.*": "incidentbot.core.ladders.snoozing",
    "chains.*": "incidentbot.core.ladders.ladder",
    "channels.*": "incidentbot.core.ladders.paging",
    "contacts.*": "incidentbot.slack.cards.help",
    "postmortem.required_for": "incidentbot.core.ladders.ladder",
    "postmortem.offered_for": "incidentbot.core.ladders.ladder",
    "postmortem.also_after": "incidentbot.core.ladders.ladder",
    "postmortem.due_within": "incidentbot.core.ladders.ladder",
    "postmortem.marks": "incidentbot.core.ladders.ladder",
    "postmortem.unmarks": "incidentbot.core.ladders.ladder",
    "postmortem.canvas": "incidentbot.core.ladders.ladder",
    "maintenance.planned.recurrence": "incidentbot.policies.build",
    "maintenance.planned.window": "incidentbot.policies.build",
    "maintenance.planned.timezone": "incidentbot.core.maintenance.window",
    "maintenance.planned.duration": "incidentbot.core.maintenance.wording",
    "maintenance.planned.notice": "incidentbot.flows.maintenance.window_rows",
    "maintenance.planned.checklist": "incidentbot.core.maintenance.wording",
    "maintenance.planned.tasks": "incidentbot.core.maintenance.wording",
    "maintenance.emergency.postmortem": "incidentbot.policies.build",
    "runbooks[].file": "incidentbot.policies.check",
    "assumptions": "incidentbot.policies.check",
    "reviewed": "incidentbot.policies.check",
    "review_every": "incidentbot.policies.check",
}
"""Field of the schema -> a module that acts on it. A test looks the word up there."""

NOT_CONNECTED: Mapping[str, str] = {
    "multiple_users_means": "how many users are many is judged by the person who says so",
    "severities.*.status_page": "the status page is not asked for by level",
    "alerts.*.examples": "shown nowhere; what opens is told by the alert itself",
    "links": "kept for the bookmarks of a room",
    "runbooks[].severity": "runbooks are not suggested by level",
    "runbooks[].takes": "an overrun is not flagged",
    "oncall": "the rotation is PagerDuty's or the team file's; nothing is handed over by this block",
    "maintenance.emergency.approvers": "nobody is asked to approve",
    "maintenance.emergency.channels": "no notice of urgent work is sent",
    "slos": "no budget is booked",
    "metrics": "the report shows the same figures to every team",
    "retention": "nothing is purged",
    "backup": "no copy is made by this schedule",
    "dr": "no drill is scheduled",
    "rhythms": "nothing is posted at these times",
    "compliance": "no report is made by this schedule",
    "training": "no drill is scheduled",
    "logging": "redaction follows its own fixed list",
}
"""Field of the schema, with all below it -> what does not happen. A field that begins to act moves to READ."""

SILENT_NOTIFIERS: Mapping[str, str] = {"ticket": "no ticket is opened"}
"""Notifiers that a level may list and nobody delivers."""

KEYED_NOTIFIERS: Mapping[str, str] = {
    "pagerduty": "nobody is paged without PAGERDUTY_ROUTING_KEY or PAGERDUTY_API_TOKEN",
    "email": "no mail is sent without INCIDENTBOT_SMTP_URL and INCIDENTBOT_SMTP_FROM",
    "phone": "no phone rings without PAGERDUTY_ROUTING_KEY or PAGERDUTY_API_TOKEN",
}
"""Notifiers that act once their keys are set -> what does not happen without."""

POSTED_CHANNELS = frozenset({"alerts", "incidents", "oncall", "ops"})
"""Channels that something is posted to; others are kept."""

_NOTIFY, _CHANNEL = "severities.*.notify", "channels"


def fields(block: type[Block] = Profile, path: str = "") -> Iterator[str]:
    """The path of every field of the schema that holds no block: `severities.*.ack.within`."""
    for name, field in block.model_fields.items():
        here = f"{path}.{field.alias or name}".lstrip(".")
        yield from dict.fromkeys(_leaves(field.annotation, here))


def unconnected(path: str) -> str | None:
    """The entry of NOT_CONNECTED that covers this field, None where it acts."""
    return next((entry for entry in NOT_CONNECTED if _covers(entry, path)), None)


def unread(profile: Mapping[str, Any]) -> tuple[str, ...]:
    """The words of this profile, as merged from its files, that nothing acts on; `why` tells what does not happen."""
    blocks = [entry for entry in NOT_CONNECTED if any(True for _ in _values(profile, entry))]
    listed = {name for names in _values(profile, _NOTIFY) for name in names}
    notifiers = [f"{_NOTIFY} {name}" for name in SILENT_NOTIFIERS if name in listed]
    channels = [f"{_CHANNEL}.{name}" for name in profile.get(_CHANNEL, ()) if name not in POSTED_CHANNELS]
    return (*blocks, *notifiers, *channels)


def notifiers(*, pager: bool, mail: bool) -> frozenset[str]:
    """The notifiers that are connected: `pager` and `mail` say whether their keys are set."""
    paging = {"pagerduty", "phone"} if pager else set()
    return frozenset({"slack", *paging, *({"email"} if mail else set())})


def unkeyed(policy: Policy, connected: frozenset[str]) -> dict[str, str]:
    """The notifiers that some level lists and that wait for their keys -> what does not happen without."""
    listed = {name for rule in policy.severities.values() for name in rule.notify}
    return {name: words for name, words in KEYED_NOTIFIERS.items() if name in listed - connected}


def why(word: str) -> str:
    """What does not happen, for a word that `unread` names."""
    if word.startswith(f"{_NOTIFY} "):
        return SILENT_NOTIFIERS[word.removeprefix(f"{_NOTIFY} ")]
    return "nothing is posted in this channel" if word.startswith(f"{_CHANNEL}.") else NOT_CONNECTED[word]


def _values(value: Any, pattern: str) -> Iterator[Any]:
    """What stands in a profile at a path like `runbooks[].takes` or `severities.*.meaning`."""
    step, _, rest = pattern.partition(".")
    name, listed, _ = step.partition("[]")
    if not isinstance(value, Mapping):
        return
    found = list(value.values()) if name == "*" else [value[name]] if name in value else []
    for item in (one for items in found for one in items) if listed else found:
        if rest:
            yield from _values(item, rest)
        else:
            yield item


def _covers(entry: str, path: str) -> bool:
    return path == entry or path.startswith((f"{entry}.", f"{entry}["))


def _leaves(annotation: Any, path: str) -> Iterator[str]:
    origin, args = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Block):
        yield from fields(annotation, path)
    elif origin is typing.Annotated:
        yield from _leaves(args[0], path)
    elif origin in {typing.Union, types.UnionType}:
        found = [leaf for arg in args if arg is not types.NoneType for leaf in _leaves(arg, path)]
        yield from [leaf for leaf in found if leaf != path] or [path]
    elif origin is dict:
        yield from _leaves(args[1], f"{path}.*")
    elif origin is tuple and any(leaf != f"{path}[]" for leaf in _leaves(args[0], f"{path}[]")):
        yield from _leaves(args[0], f"{path}[]")
    else:
        yield path
