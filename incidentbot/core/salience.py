"""Which messages of a room deserve a line in the timeline, by a table of weights. Reads no fact and changes no text."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType

from incidentbot.core.messages import Message, Reaction
from incidentbot.core.postmortems.postmortem_types import RoomMessage
from incidentbot.core.salience_cues import CUES, FIRING, MARKS, OVER, REACTIONS, TROUBLE, UNMARKS, Cue
from incidentbot.core.salience_marks import ANYWHERE, MARKS_OF_A_LINE, NAMED
from incidentbot.core.salience_verbs import Family
from incidentbot.core.text.looking import Looking

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {cue.name: cue.weight for cue in CUES}
    | {
        "pin": 5,
        "joined the channel": -9,
        "second cue": 0.4,  # of its weight
        "two people reacted": 0.3,  # more than for one
        "link to a change or a graph": 2,
        "clock time": 0.5,
        "quantity": 1,
        "code": 0.5,
        "name of a thing": 0.5,
        "an app": 1,
        "one of the first three": 0.5,
        "question": -2,
        "hedge": -1.5,
        "joke or food": -2,
        "about the writer": -1.5,
        "asking a favour": -1,
        "modal": -2,
        "to somebody": -0.5,
        "another thing to do": -0.5,
        "under four words": -1,
        "eight words or more": 0.5,
        "fourteen words or more": 0.5,
    }
)
"""Beside the families of `salience_cues`: what a message gains and loses. Source: docs/postmortem.md, "Selection"."""

LEAST = 0.75
"""The score from which a message may be a line: who ranks first within the budget is what matters."""

NEARLY = 0.0
"""The score from which it is worth offering."""

FEWEST = 12
SHARE = 0.35
SHARE_ALONE = 0.38
MOST = 100
PER_HOUR = 4
"""The budget: this share of all messages, a little more where the room is the only record, never fewer than FEWEST; of a
large room no more than MOST, or than so many for each active hour."""

REMEMBERED = 20_000
"""Lines whose cues are remembered: a draft is looked at again and again while its room grows by a few lines."""

NEAR = timedelta(minutes=5)
"""Around each anchor at least one message is kept, if any says something."""

_LONG = (("under four words", 0, 4), ("eight words or more", 8, 1000), ("fourteen words or more", 14, 1000))
_JOINS = frozenset(
    {"channel_join", "channel_leave", "group_join", "channel_topic", "channel_purpose", "channel_name"}
)


@dataclass(frozen=True, slots=True)
class Scored:
    """A message with its score, its strongest family and the line of it that says most, with the cues in that."""

    item: RoomMessage
    score: float
    family: Family
    line: str
    cues: tuple[Cue, ...] = ()

    @property
    def at(self) -> datetime:
        """When it was written."""
        return self.item.message.at


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a message with the cues and marks in it."""

    text: str
    cues: tuple[Cue, ...]
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message holds, before anything is weighed: its lines, and names of WEIGHTS that hold for the whole."""

    item: RoomMessage
    lines: tuple[Line, ...]
    traits: tuple[str, ...]


def read_all(items: Sequence[RoomMessage]) -> tuple[Reading, ...]:
    """Look for every cue and mark, once: the costly half of `score_all`."""
    people = [item.id for item in items if not item.message.bot and item.message.subtype not in _JOINS]
    first = frozenset(people[:3])
    return tuple(_read(item, opening=item.id in first) for item in items)


def weigh(readings: Iterable[Reading], weights: Mapping[str, float] = WEIGHTS) -> tuple[Scored, ...]:
    """Weigh what was read. weights: another table than ours, to measure with."""
    return tuple(_weighed(reading, weights) for reading in readings)


def score_all(items: Sequence[RoomMessage]) -> tuple[Scored, ...]:
    """Score each message in the order of the room."""
    return weigh(read_all(items))


def select(
    scored: Sequence[Scored], *, budget: int, anchors: Iterable[datetime], kept: Collection[str] = ()
) -> frozenset[str]:
    """Ids of the messages worth a line, best first until the budget is spent; and one near each anchor.

    kept: ids already on the timeline; they are not chosen again, and an anchor near one of them needs no other.
    """
    best = sorted(
        (each for each in scored if each.score > 0 and each.item.id not in kept),
        key=lambda each: (-each.score, each.at),
    )
    chosen = {each.item.id for each in best[: max(budget, 0)] if each.score >= LEAST}
    standing = [each.at for each in scored if each.item.id in kept or each.item.id in chosen]
    for anchor in anchors:
        if any(abs(at - anchor) <= NEAR for at in standing):
            continue
        near = next((each for each in best if abs(each.at - anchor) <= NEAR), None)
        if near is not None:
            chosen.add(near.item.id)
            standing.append(near.at)
    return frozenset(chosen)


def budget_for(messages: int, active: timedelta, *, recorded: int = 1) -> int:
    """How many messages the timeline may hold. recorded: how many facts stand beside them."""
    share = int((SHARE if recorded else SHARE_ALONE) * messages)
    most = max(MOST, round(PER_HOUR * active / timedelta(hours=1)))
    return max(FEWEST, min(share, most))


def is_marked(message: Message) -> bool:
    """Whether people put it on the timeline: with a pin or a reaction that stands for one."""
    return message.pinned or any(reaction.name in MARKS for reaction in message.reactions)


def is_taken_out(message: Message) -> bool:
    """Whether people took it off the timeline, with a reaction that says so."""
    return any(reaction.name in UNMARKS for reaction in message.reactions)


def is_alarm(message: Message) -> bool:
    """Whether an app says here that an alert fired."""
    return message.bot and bool(FIRING.search(message.text)) and not OVER.search(message.text)


def is_report(message: Message) -> bool:
    """Whether a person says here that something does not work."""
    return not message.bot and any(TROUBLE.search(line) for line in message.text.lower().splitlines())


def is_noise(message: Message) -> bool:
    """Comings and goings that Slack itself writes."""
    return message.subtype in _JOINS


def table() -> str:
    """All weights, one by line, for `docs/` and for the curious."""
    families = [
        f"{cue.family:<13} {cue.weight:>5}  {cue.name} ({'apps' if cue.bots else 'people'})" for cue in CUES
    ]
    reactions = [f":{name}:".ljust(28) + f"{weight:>5}" for name, weight in REACTIONS.items()]
    return "\n".join([*families, *(f"{name:<28}{weight:>5}" for name, weight in WEIGHTS.items()), *reactions])


def _read(item: RoomMessage, *, opening: bool) -> Reading:
    message = item.message
    if is_noise(message):
        return Reading(item, (Line(message.text, (), ()),), ("joined the channel",))
    texts = [message.text] if message.bot else [line for line in message.text.splitlines() if line.strip()]
    lines = tuple(_line(text, bot=message.bot) for text in texts)
    return Reading(item, lines or (Line("", (), ()),), tuple(_traits(message, opening=opening)))


_CUES = {bot: tuple(cue for cue in CUES if cue.bots is bot) for bot in (False, True)}
_LOOKING = {
    bot: Looking({cue.name: cue.words for cue in cues} | dict(MARKS_OF_A_LINE), anywhere=ANYWHERE)
    for bot, cues in _CUES.items()
}
"""What is looked for in each line, all at once: a large room has ten thousand of them."""


@lru_cache(maxsize=REMEMBERED)
def _line(text: str, *, bot: bool) -> Line:
    cues, marks = _told(_LOOKING[bot].found(text.lower()), bot=bot)
    return Line(text, cues, (*marks, "name of a thing") if NAMED.search(text) else marks)


@lru_cache(maxsize=REMEMBERED)
def _told(found: int, *, bot: bool) -> tuple[tuple[Cue, ...], tuple[str, ...]]:
    """The cues and marks among what was found, in the order of their tables."""
    names = frozenset(_LOOKING[bot].names(found))
    cues = tuple(cue for cue in _CUES[bot] if cue.name in names)
    return cues, tuple(name for name, _ in MARKS_OF_A_LINE if name in names)


def _traits(message: Message, *, opening: bool) -> Iterator[str]:
    """What the message as a whole is weighed by."""
    if opening:
        yield "one of the first three"
    if message.pinned:
        yield "pin"
    if message.bot:
        yield "an app"
        return
    count = len(message.text.split())
    yield from [name for name, low, high in _LONG if low <= count < high]


def _weighed(reading: Reading, weights: Mapping[str, float]) -> Scored:
    judged = [(*_line_score(line, weights), line) for line in reading.lines]
    score, family, line = judged[0] if len(judged) == 1 else max(judged, key=lambda each: each[0])
    extra = sum([weights[name] for name in reading.traits])
    reactions = sum([_reaction_weight(each, weights) for each in reading.item.message.reactions])
    return Scored(reading.item, round(score + extra + reactions, 2), family, line.text, line.cues)


def _line_score(line: Line, weights: Mapping[str, float]) -> tuple[float, Family]:
    marks = sum([weights[name] for name in line.marks])
    if not line.cues:
        return marks, Family.MESSAGE
    hits = sorted(line.cues, key=lambda cue: -weights[cue.name])
    second = weights[hits[1].name] * weights["second cue"] if len(hits) > 1 else 0
    return weights[hits[0].name] + second + marks, hits[0].family


def _reaction_weight(reaction: Reaction, weights: Mapping[str, float]) -> float:
    weight = REACTIONS.get(reaction.name, 0.0)
    return weight * (1 + weights["two people reacted"] * (reaction.count > 1))
