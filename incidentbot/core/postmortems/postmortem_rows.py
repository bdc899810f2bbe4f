"""Turns facts and messages into lines of the timeline and folds repetitions. Judges no message's worth."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from incidentbot.core.facts import FactKind, Recorded
from incidentbot.core.postmortems.anchors import Confidence
from incidentbot.core.postmortems.metrics import anchor_of
from incidentbot.core.postmortems.postmortem_actions import ELSEWHERE
from incidentbot.core.postmortems.postmortem_types import RoomMessage, Row
from incidentbot.core.postmortems.postmortem_wording import FOLDED, ROLE_NAMES, Prepared
from incidentbot.core.postmortems.stated_times import stated_time, zone_named
from incidentbot.core.salience import Scored, is_marked
from incidentbot.core.salience_cues import OVER
from incidentbot.core.salience_verbs import Family

QUOTE = 140
"""Characters of a message that a line quotes at most."""

BURST, STEP_PAUSE, FLAP = timedelta(minutes=2), timedelta(minutes=10), timedelta(minutes=30)
SHOWN = 12
"""How many repetitions a folded line lists; ids of others are not in it."""

_DATED = frozenset({FactKind.NOTED, FactKind.IMPACT})
"""Facts whose instant a person may have set, long after it."""
_LATER = timedelta(minutes=1)
_STATE = re.compile(
    r"(?i)\b(?:ALARM|ALERT|FIRING|FIRED|RESOLVED|OK|Triggered|Acknowledged|Recovered|RECOVERY|PROBLEM)\b|:\w+:|[\d\W_]+"
)
_ROLE = re.compile(r"(?P<who>(?P<role>[^,.]+?)(?: \d+)?) is the (?P<short>[^,.]+?) now(?=[,.])")
_EMOJI = re.compile(r"(?<!\w):[a-z][a-z0-9_+-]*:(?!\w) ?")
_BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")


def fact_rows(facts: Sequence[Recorded], messages: Iterable[RoomMessage]) -> tuple[Row, ...]:
    """A line for each fact; finished steps and joins that follow each other closely share one."""
    links = {item.id: item.link for item in messages}
    return tuple(_fact_row(group, links) for group in _fact_groups(facts))


def message_rows(chosen: Sequence[Scored], prepared: Prepared) -> tuple[Row, ...]:
    """Lines for the chosen messages, alerts that flap and bursts of one author folded. chosen: in the room's order."""
    alerts = [each for each in chosen if _is_alert(each)]
    others = [each for each in chosen if not _is_alert(each)]
    flapping = (_alert_row(group, prepared) for group in _flaps(alerts))
    spoken = (_spoken_row(group, prepared) for group in _bursts(others, prepared))
    return tuple(row for row in (*flapping, *spoken))


def single_rows(chosen: Sequence[Scored], prepared: Prepared) -> tuple[Row, ...]:
    """A line for each message, nothing folded: for suggestions."""
    return tuple(_spoken_row([each], prepared) for each in chosen)


def quote(text: str, line: str = "") -> str:
    """At most QUOTE characters of a message, from its start, or from its telling line if that would be cut off."""
    whole = " / ".join(" ".join(part.split()) for part in text.splitlines() if part.strip())
    if len(whole) <= QUOTE:
        return whole
    telling = " ".join(line.split())
    start = whole.find(telling)
    if telling and start > 0 and start + len(telling) > QUOTE:
        whole = "…" + whole[start:]
    return whole if len(whole) <= QUOTE else whole[: QUOTE - 1].rstrip() + "…"


def event_time(each: Scored, prepared: Prepared) -> datetime | None:
    """The time of day that the message names, as an instant; None where it names none or just its own minute."""
    message = each.item.message
    if message.bot:
        return None
    zone = zone_named(prepared.source.zones.get(message.user or "", prepared.source.timezone))
    stated = stated_time(message.text, written_at=message.at, zone=zone)
    return stated if stated is not None and abs(message.at - stated) > _LATER else None


def _fact_groups(facts: Sequence[Recorded]) -> Iterator[list[Recorded]]:
    """Facts one by one, those that fold with the latest of their sort and run."""
    groups: list[list[Recorded]] = []
    open_groups: dict[tuple[FactKind, str], list[Recorded]] = {}
    told = (each for each in facts if each.fact.kind not in ELSEWHERE)
    for recorded in sorted(told, key=lambda each: (each.fact.at, each.seq)):
        fact = recorded.fact
        key = (fact.kind, fact.data.get("run", ""))
        latest = open_groups.get(key)
        if latest is not None and fact.at - latest[-1].fact.at <= STEP_PAUSE:
            latest.append(recorded)
            continue
        groups.append([recorded])
        if fact.kind in FOLDED:
            open_groups[key] = groups[-1]
    yield from groups


def _fact_row(group: Sequence[Recorded], links: dict[str, str | None]) -> Row:
    shown = group[:SHOWN]
    first = group[0]
    ids = tuple(
        dict.fromkeys(each.fact.data["message_id"] for each in shown if each.fact.data.get("message_id"))
    )
    typed = first.fact.data.get("type", "")
    set_by_hand = first.fact.kind in _DATED and first.recorded_at - first.fact.at > _LATER
    return Row(
        at=first.fact.at,
        kind=typed if first.fact.kind is FactKind.NOTED and typed else first.fact.kind.value,
        text=_folded_text(group) if len(group) > 1 else _taken(_one_line(first.fact.text)),
        message_ids=ids,
        source=",".join(f"fact:{each.seq}" for each in shown),
        confidence=Confidence.HUMAN if set_by_hand else anchor_of(first).confidence,
        said_at=first.recorded_at if set_by_hand else None,
        links=_links(ids, links),
    )


def _folded_text(group: Sequence[Recorded]) -> str:
    texts = "; ".join(_one_line(each.fact.text).rstrip(".") for each in group[:SHOWN])
    rest = f"; and {len(group) - SHOWN} more" if len(group) > SHOWN else ""
    what = FOLDED[group[0].fact.kind]
    return f"{len(group)} {what}, the last at {group[-1].fact.at:%H:%M} UTC: {texts}{rest}"


def _taken(text: str) -> str:
    """Whoever is called by a role does not need to be told that it is theirs."""
    match = _ROLE.match(text)
    if match is None or ROLE_NAMES.get(match["short"], match["short"]) != match["role"]:
        return text
    return f"{match['who']} took the role{text[match.end() :]}"


def _one_line(text: str) -> str:
    """A sentence of a machine on one line, without the emoji and stars that a room needs."""
    return " ".join(_BOLD.sub(r"\1", _EMOJI.sub("", text)).split())


def _flaps(alerts: Sequence[Scored]) -> Iterator[list[Scored]]:
    """Alerts of one app and one name, each within half an hour of the one before."""
    latest: dict[tuple[str | None, str], list[Scored]] = {}
    for each in alerts:
        key = (each.item.message.user, _STATE.sub(" ", each.item.message.text).lower().strip())
        group = latest.get(key)
        if group is not None and each.at - group[-1].at <= FLAP:
            group.append(each)
            continue
        if group is not None:
            yield group
        latest[key] = [each]
    yield from latest.values()


def _alert_row(group: Sequence[Scored], prepared: Prepared) -> Row:
    if len(group) == 1:
        return _spoken_row(group, prepared)
    shown = group[:SHOWN]
    changes = ", ".join(
        f"{'recovered' if OVER.search(each.item.message.text) else 'fired'} {each.at:%H:%M}" for each in shown
    )
    fired = sum(not OVER.search(each.item.message.text) for each in group)
    span = f"{group[0].at:%H:%M}–{group[-1].at:%H:%M} UTC"
    head = f'{prepared.who(group[0].item.message.user)}: "{quote(_one_line(group[0].item.message.text))}"'
    ids = tuple(each.item.id for each in shown)
    return Row(
        at=group[0].at,
        kind=Family.SIGNAL.value,
        text=f"{head} fired {fired} times, {span}: {changes}",
        message_ids=ids,
        source="alert",
        confidence=Confidence.IMPORTED,
        links=_links(ids, {each.item.id: each.item.link for each in shown}),
    )


def _bursts(chosen: Sequence[Scored], prepared: Prepared) -> Iterator[list[Scored]]:
    """Messages that one author wrote on the heels of each other in one thread; one that names a time stands alone."""
    group: list[Scored] = []
    for each in chosen:
        if group and not _continues(group[0], each, prepared):
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def _continues(before: Scored, each: Scored, prepared: Prepared) -> bool:
    old, new = before.item.message, each.item.message
    together = (old.user, old.channel, old.thread_ts, before.family) == (
        new.user,
        new.channel,
        new.thread_ts,
        each.family,
    )
    plain = not (old.bot or new.bot or old.deleted or new.deleted)
    timed = event_time(before, prepared) or event_time(each, prepared)
    return together and plain and timed is None and new.at - old.at <= BURST


def _spoken_row(group: Sequence[Scored], prepared: Prepared) -> Row:
    best = max(group, key=lambda each: each.score)
    message = group[0].item.message
    stated = event_time(group[0], prepared)
    ids = tuple(each.item.id for each in group)
    return Row(
        at=stated or message.at,
        kind=best.family.value,
        text=f"{prepared.who(message.user)}: {' '.join(_quoted(each) for each in group)}",
        message_ids=ids,
        source=_source(best),
        confidence=Confidence.STATED
        if stated
        else Confidence.IMPORTED
        if message.bot
        else Confidence.RECORDED,
        said_at=message.at if stated else None,
        links=_links(ids, {each.item.id: each.item.link for each in group}),
        cues=tuple(dict.fromkeys(cue.name for each in group for cue in each.cues)),
    )


def _quoted(each: Scored) -> str:
    if each.item.message.deleted:
        return "message removed"
    message = each.item.message
    text = _one_line(message.text) if message.bot else message.text
    return f'"{quote(text, each.line)}"' + (" (edited)" if message.edited else "")


def _source(each: Scored) -> str:
    if each.item.message.pinned:
        return "pin"
    if is_marked(each.item.message):
        return "reaction"
    return "alert" if _is_alert(each) else "message"


def _is_alert(each: Scored) -> bool:
    return each.item.message.bot and each.family is Family.SIGNAL


def _links(ids: Collection[str], links: dict[str, str | None]) -> tuple[str, ...]:
    return tuple(link for link in (links.get(each) for each in ids) if link)


def gaps(
    instants: Iterable[datetime], *, start: datetime, end: datetime, longest: timedelta
) -> tuple[tuple[datetime, datetime], ...]:
    """The stretches between start and end, longer than `longest`, in which nothing is on record."""
    inside = [start, *sorted(at for at in instants if start < at < end), end]
    return tuple((before, after) for before, after in pairwise(inside) if after - before > longest)
