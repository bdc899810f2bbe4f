"""When an incident began, was noticed and ended, and how long that took. Computes, never guesses: no record, no value."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from incidentbot.core.facts import Fact, FactKind, Recorded
from incidentbot.core.policy import State
from incidentbot.core.postmortems.anchors import NAMES, Anchor, Confidence, Metrics, Spell, Times

Matches = Callable[[Fact], bool]


def _of(*kinds: FactKind, state: State | None = None, told: Iterable[str] = ()) -> Matches:
    """A fact of one of these kinds, one that entered a stage of this state, or one imported under these words."""
    words = frozenset(told)

    def matches(fact: Fact) -> bool:
        entered = (
            state is not None and fact.kind is FactKind.STAGE_ENTERED and fact.data.get("state") == state
        )
        return fact.kind in kinds or entered or fact.data.get("type") in words

    return matches


WITNESSES: Mapping[str, Matches] = MappingProxyType(
    {
        "trigger": _of(told=("trigger", "triggered_by", "fault_began")),
        "impact": _of(told=("impact_start", "impact_started", "impact_began")),
        "page": _of(FactKind.PAGED, FactKind.PAGE_ACCEPTED),
        "ack": _of(FactKind.ACKNOWLEDGED, state=State.ACKNOWLEDGED),
        "declare": _of(FactKind.DECLARED),
        "mitigate": _of(FactKind.MITIGATED, state=State.MITIGATED),
        "resolve": _of(FactKind.RESOLVED, state=State.RESOLVED),
        "close": _of(FactKind.CLOSED, state=State.REVIEWED),
    }
)
"""Which facts are an anchor's record. `detect` has its own rule: see `anchors`."""

_ALERTS = _of(FactKind.ALERT_FIRED, told=("alert", "alert_opened", "alert_fired", "detected", "detect"))
_ENDS = frozenset({"mitigate", "resolve", "close"})

ORDER: tuple[tuple[str, str], ...] = (
    ("impact", "detect"),
    ("page", "ack"),
    ("detect", "declare"),
    ("impact", "mitigate"),
    ("detect", "mitigate"),
    ("mitigate", "resolve"),
    ("detect", "resolve"),
    ("resolve", "close"),
)
"""Pairs that must not run backwards; a pair that does is a conflict and its duration is not given."""


def anchors(facts: Sequence[Recorded], signals: Sequence[Anchor] = ()) -> Times:
    """Find the instants in the facts, and `detect` in facts and messages.

    signals: alerts and reports found in the room. The earliest of these, of the pages and of the declaration is when
    the team knew: a declaration is a report, too, and of one second it comes before the page that it set off. The ends are those of the last spell, the rest the first on record.
    """
    found = {name: _found(name, facts) for name in WITNESSES}
    found["impact"] = _stated_impact(facts) or found["impact"]
    corrected = _corrected(facts)
    heard = [
        anchor for anchor in (*signals, *_all(_ALERTS, facts), found["declare"], found["page"]) if anchor
    ]
    found["detect"] = min(heard, key=lambda anchor: anchor.at, default=None)
    return Times(**{**found, **corrected})


def measure(times: Times, facts: Sequence[Recorded], *, first_reply: datetime | None = None) -> Metrics:
    """The durations between the anchors. first_reply: a person's first message after the team knew."""
    spells = _spells(times, facts)
    impact_spells = (Spell(_at(times.impact), spells[0].mitigated, None), *spells[1:])
    return Metrics(
        detect=_between(times.impact, times.detect),
        acknowledge=_between(times.page, times.ack),
        declare=_between(times.detect, times.declare),
        mitigate=_sum((spell.began, spell.mitigated) for spell in spells),
        resolve=_sum((spell.began, spell.resolved) for spell in spells),
        impact=_sum((spell.began, spell.mitigated) for spell in impact_spells),
        first_reply=_reply(times, first_reply),
        spells=spells,
        conflicts=_conflicts(times),
    )


def anchor_of(recorded: Recorded) -> Anchor:
    """A fact as an anchor."""
    fact = recorded.fact
    confidence = Confidence.RECORDED if fact.data.get("via", "slack") == "slack" else Confidence.IMPORTED
    message = fact.data.get("message_id")
    ids = (message,) if message else (f"fact:{recorded.seq}",)
    return Anchor(fact.at.replace(microsecond=0), f"fact:{recorded.seq}", confidence, ids)


def _all(matches: Matches, facts: Iterable[Recorded]) -> list[Anchor]:
    return [anchor_of(recorded) for recorded in facts if matches(recorded.fact)]


def _found(name: str, facts: Sequence[Recorded]) -> Anchor | None:
    """The first on record; of an end, the first since the last reopening."""
    if name in _ENDS:
        return _first(name, _epochs(facts)[-1])
    return _first(name, facts)


def _first(name: str, facts: Sequence[Recorded]) -> Anchor | None:
    return min(_all(WITNESSES[name], facts), key=lambda anchor: anchor.at, default=None)


def _stated_impact(facts: Sequence[Recorded]) -> Anchor | None:
    """The beginning that a person set with the impact; the last word counts."""
    for recorded in reversed(facts):
        if recorded.fact.kind is FactKind.IMPACT and "started_at" in recorded.fact.data:
            at = datetime.fromisoformat(recorded.fact.data["started_at"]).replace(microsecond=0)
            return Anchor(at, f"fact:{recorded.seq}", Confidence.HUMAN, (f"fact:{recorded.seq}",))
    return None


def _corrected(facts: Sequence[Recorded]) -> dict[str, Anchor | None]:
    """What people put right: the last word counts, and "unknown" is one."""
    corrected: dict[str, Anchor | None] = {}
    for recorded in facts:
        data = recorded.fact.data
        if recorded.fact.kind is not FactKind.TIME_CORRECTED or data.get("anchor") not in NAMES:
            continue
        source = f"fact:{recorded.seq}"
        at = None if data["to"] == "unknown" else datetime.fromisoformat(data["to"]).replace(microsecond=0)
        corrected[data["anchor"]] = Anchor(at, source, Confidence.HUMAN, (source,)) if at else None
    return corrected


def _epochs(facts: Sequence[Recorded]) -> list[list[Recorded]]:
    """The facts cut at each reopening; a reopening begins its epoch."""
    epochs: list[list[Recorded]] = [[]]
    for recorded in facts:
        if recorded.fact.kind is FactKind.REOPENED:
            epochs.append([])
        epochs[-1].append(recorded)
    return epochs


def _spells(times: Times, facts: Sequence[Recorded]) -> tuple[Spell, ...]:
    epochs = _epochs(facts)
    begins = [_at(times.detect), *(epoch[0].fact.at.replace(microsecond=0) for epoch in epochs[1:])]
    spells = [
        Spell(began, _at(_first("mitigate", epoch)), _at(_first("resolve", epoch)))
        for began, epoch in zip(begins, epochs, strict=True)
    ]
    spells[-1] = replace(spells[-1], mitigated=_at(times.mitigate), resolved=_at(times.resolve))
    return tuple(spells)


def _at(anchor: Anchor | None) -> datetime | None:
    return None if anchor is None else anchor.at


def _between(start: Anchor | None, end: Anchor | None) -> int | None:
    return _sum([(_at(start), _at(end))])


def _sum(spans: Iterable[tuple[datetime | None, datetime | None]]) -> int | None:
    """The sum of the spans; None if an end is missing or a span runs backwards."""
    total = timedelta(0)
    for start, end in spans:
        if start is None or end is None or end < start:
            return None
        total += end - start
    return int(total.total_seconds())


def _reply(times: Times, first_reply: datetime | None) -> int | None:
    if times.page is not None or times.detect is None or first_reply is None:
        return None
    return int((first_reply.replace(microsecond=0) - times.detect.at).total_seconds())


def _conflicts(times: Times) -> tuple[str, ...]:
    known = times.known()
    return tuple(
        f"{end} ({known[end].at:%Y-%m-%d %H:%M:%S} UTC) lies before {start} ({known[start].at:%Y-%m-%d %H:%M:%S} UTC)"
        for start, end in ORDER
        if start in known and end in known and known[end].at < known[start].at
    )
