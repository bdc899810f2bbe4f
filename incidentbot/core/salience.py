"""Which messages of a room deserve a line in the timeline, by a table of weights. Reads no fact and changes no text."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from incidentbot.core.messages import Message, Reaction
from incidentbot.core.postmortems.postmortem_types import RoomMessage
from incidentbot.core.salience_cues import CUES, FIRING, MARKS, OVER, REACTIONS, TROUBLE, Cue, Family

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "pin": 5,
        "joined the channel": -9,
        "second family": 0.4,  # of its weight
        "two people reacted": 0.3,  # more than for one
        "link to a change or a graph": 1.2,
        "clock time": 0.5,
        "quantity": 0.5,
        "code": 0.5,
        "one of the first three": 1.5,
        "question": -1.5,
        "hedge": -2,
        "joke or food": -1.5,
        "under four words": -3,
        "eight words or more": 0.5,
    }
)
"""Beside the families of `salience_cues`: what a message gains and loses. Source: docs/postmortem.md, "Selection"."""

LEAST = 2.0
"""The score from which a message is worth a line."""

NEARLY = 1.0
"""The score from which it is worth offering."""

FEWEST = 12
PER_HOUR = 4
SHARE = 0.35
"""The budget is the largest of these: a number of messages, so many per active hour, a share of all messages."""

NEAR = timedelta(minutes=5)
"""Around each anchor at least one message is kept, if any says something."""

_JOINS = frozenset(
    {"channel_join", "channel_leave", "group_join", "channel_topic", "channel_purpose", "channel_name"}
)
_MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "link to a change or a graph",
        re.compile(
            r"(?i)https?://\S*(?:/pull/|/commit/|/compare/|/merge_requests/|/d/|grafana|dashboard|datadog|kibana)"
        ),
    ),
    (
        "clock time",
        re.compile(r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])|\b\d{1,2} ?[ap]m\b", re.IGNORECASE),
    ),
    ("quantity", re.compile(r"(?<![\w.:#])\d+(?:\.\d+)? ?(?:%|\w*)(?= |$|[,.;)])")),
    ("code", re.compile(r"`[^`]+`")),
    (
        "question",
        re.compile(
            r"(?i)\?\s*$|^\W*(?:what|how|who|where|which|has|have|does|shall|anyone|is (?:it|this|that|there)|are (?:we|you|there)"
            r"|(?:can|could) (?:we|you|someone))\b"
        ),
    ),
    (
        "hedge",
        re.compile(
            r"(?i)\b(?:i think|i guess|maybe|perhaps|probably|might|i'd bet|i suspect|suspect|not sure|unsure|possibly|could be"
            r"|i'd guess|guessing|wonder|don't know|dunno|unclear|no idea|i may be)\b"
        ),
    ),
    (
        "joke or food",
        re.compile(
            r"(?i):(?:pizza|cake|beers?|coffee|joy|laughing|tada|rofl|doughnut|taco|parrot|\w+_parrot|popcorn|facepalm):"
            r"|\b(?:lol|lmao|haha+|cake|pizza|lunch|coffee|biscuits?|beers?|laptop|headset|badge|vpn|cat|dog|weekend)\b"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A message with its score, its strongest family and the line of it that says most."""

    item: RoomMessage
    score: float
    family: Family
    line: str

    @property
    def at(self) -> datetime:
        """When it was written."""
        return self.item.message.at


def score_all(items: Sequence[RoomMessage]) -> tuple[Scored, ...]:
    """Score each message in the order of the room."""
    people = [item.id for item in items if not item.message.bot and item.message.subtype not in _JOINS]
    first = frozenset(people[:3])
    return tuple(
        _scored(item, opening=WEIGHTS["one of the first three"] * (item.id in first)) for item in items
    )


def select(
    scored: Sequence[Scored], *, budget: int, anchors: Iterable[datetime], kept: Collection[str] = ()
) -> frozenset[str]:
    """Ids of the messages worth a line, best first until the budget is spent; and one near each anchor.

    kept: ids already on the timeline; they are not chosen again, and an anchor near one of them needs no other.
    """
    best = sorted(
        (each for each in scored if each.item.id not in kept), key=lambda each: (-each.score, each.at)
    )
    chosen = {each.item.id for each in best[: max(budget, 0)] if each.score >= LEAST}
    standing = [each.at for each in scored if each.item.id in kept or each.item.id in chosen]
    for anchor in anchors:
        if any(abs(at - anchor) <= NEAR for at in standing):
            continue
        near = next((each for each in best if abs(each.at - anchor) <= NEAR and each.score > 0), None)
        if near is not None:
            chosen.add(near.item.id)
            standing.append(near.at)
    return frozenset(chosen)


def budget_for(messages: int, active: timedelta) -> int:
    """How many messages the timeline may hold."""
    return max(FEWEST, round(PER_HOUR * active / timedelta(hours=1)), int(SHARE * messages))


def is_marked(message: Message) -> bool:
    """Whether people put it on the timeline: with a pin or a reaction that stands for one."""
    return message.pinned or any(reaction.name in MARKS for reaction in message.reactions)


def is_alarm(message: Message) -> bool:
    """Whether an app says here that an alert fired."""
    return message.bot and bool(FIRING.search(message.text)) and not OVER.search(message.text)


def is_report(message: Message) -> bool:
    """Whether a person says here that something does not work."""
    return not message.bot and any(TROUBLE.search(line) for line in message.text.splitlines())


def is_noise(message: Message) -> bool:
    """Comings and goings that Slack itself writes."""
    return message.subtype in _JOINS


def table() -> str:
    """All weights, one by line, for `docs/` and for the curious."""
    families = [f"{cue.family:<13} {cue.weight:>5}  {'apps' if cue.bots else 'people'}" for cue in CUES]
    reactions = [f":{name}:".ljust(28) + f"{weight:>5}" for name, weight in REACTIONS.items()]
    return "\n".join([*families, *(f"{name:<28}{weight:>5}" for name, weight in WEIGHTS.items()), *reactions])


def _rank(each: Scored) -> tuple[float, int, datetime]:
    """Best first; of equals the longer, then the earlier."""
    return (-each.score, -len(each.item.message.text.split()), each.at)


def _scored(item: RoomMessage, *, opening: float) -> Scored:
    message = item.message
    if is_noise(message):
        return Scored(item, WEIGHTS["joined the channel"], Family.MESSAGE, message.text)
    lines = [message.text] if message.bot else [line for line in message.text.splitlines() if line.strip()]
    judged = [(*_line_score(line, bot=message.bot), line) for line in lines] or [(0.0, Family.MESSAGE, "")]
    score, family, line = max(judged, key=lambda each: each[0])
    length = 0 if message.bot else _length_weight(len(message.text.split()))
    extra = opening + length + WEIGHTS["pin"] * message.pinned + sum(map(_reaction_weight, message.reactions))
    return Scored(item, round(score + extra, 2), family, line)


def _length_weight(words: int) -> float:
    if words < 4:  # noqa: PLR2004 - as the weight's name says
        return WEIGHTS["under four words"]
    return WEIGHTS["eight words or more"] if words >= 8 else 0  # noqa: PLR2004 - as the weight's name says


def _line_score(line: str, *, bot: bool) -> tuple[float, Family]:
    hits = sorted(_hits(line, bot=bot), key=lambda cue: -cue.weight)
    strength = sum(
        cue.weight * (1 if rank == 0 else WEIGHTS["second family"]) for rank, cue in enumerate(hits[:2])
    )
    marks = sum(WEIGHTS[name] for name, words in _MARKS if words.search(line))
    return strength + marks, hits[0].family if hits else Family.MESSAGE


def _hits(line: str, *, bot: bool) -> list[Cue]:
    return [cue for cue in CUES if cue.bots == bot and cue.words.search(line)]


def _reaction_weight(reaction: Reaction) -> float:
    weight = REACTIONS.get(reaction.name, 0.0)
    return weight * (1 + WEIGHTS["two people reacted"] * (reaction.count > 1))
