"""Which runbook fits: the alert's exact name first, then service and tags, then words. Reads no files and no clock."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[a-z0-9]+")
_SEPARATORS = re.compile(r"[\s_-]+")
_SILENT = frozenset(
    """
    a an and are as at be by can did do does for from had has have how i in is it its no not of on or our so that the
    there they this to up us was we were what when where which who why with you your alert incident runbook
    again broken down issue issues problem problems seem seems some something still work working works
    """.split()  # noqa: SIM905 - a table of words is read best without quotes
)
_SHORTEST_PLURAL = 4
_NO_PLURALS = ("ss", "is", "us")  # access, redis, status

EXACT, TRIGGER, SERVICE, TAG, TITLE, HEADING, SEVERITY = 1000.0, 900.0, 60.0, 30.0, 8.0, 2.0, 1.0
"""What each kind of fit weighs. An exact name outweighs any sum of words; a severity only breaks ties."""

AHEAD = 1.5
"""So many times the score of the next has the one that is meant beyond doubt; below that they are nearly tied."""

_LABELS = ((SERVICE, "It is about the service {0}."), (TAG, "It is tagged {0}."))


@dataclass(frozen=True, slots=True)
class Label:
    """A name of the front matter, taken apart once."""

    text: str
    folded: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one runbook without reading its steps. `stem`: the file's name without its suffixes.

    What it is searched by is taken apart once, when it is made: a folder may hold thousands.
    """

    path: str
    title: str
    stem: str
    triggers: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    folded_stem: str = field(init=False, repr=False, compare=False)
    named: Mapping[str, str] = field(init=False, repr=False, compare=False)
    labels: tuple[tuple[Label, ...], ...] = field(init=False, repr=False, compare=False)
    title_words: frozenset[str] = field(init=False, repr=False, compare=False)
    heading_words: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        taken = {
            "folded_stem": fold(self.stem),
            "named": {fold(trigger): trigger for trigger in self.triggers},
            "labels": tuple(tuple(map(_label, labels)) for labels in (self.services, self.tags)),
            "title_words": words_of(f"{self.title} {self.stem}"),
            "heading_words": words_of(" ".join(self.headings)),
        }
        for name, value in taken.items():
            object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class Query:
    """What is known of an incident. Every part may be missing; `words` are a person's, or the title.

    alert, alerts: names of alerts, each as good as the other.
    """

    words: str = ""
    alert: str = ""
    service: str = ""
    severity: str = ""
    alerts: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to go by."""
        parts = (self.words, self.alert, self.service, self.severity, *self.alerts)
        return not any(part.strip() for part in parts)


@dataclass(frozen=True, slots=True)
class Match:
    """A runbook that fits, how well, and why: one short sentence a person can judge.

    tells: it fits by its name, or half of the words asked are its own, and its labels' or a third of its title's: words
    of headings alone, or one word of many, fit by chance.
    """

    entry: Entry
    score: float
    reason: str
    tells: bool = False

    @property
    def path(self) -> str:
        """Where the runbook is, relative to its folder."""
        return self.entry.path

    @property
    def title(self) -> str:
        """What the runbook is called."""
        return self.entry.title


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query taken apart once: folded names, words, and how rare each word is among the runbooks."""

    names: tuple[str, ...]
    words: frozenset[str]
    services: frozenset[str]
    severity: str
    rarity: Mapping[str, float] = field(default_factory=dict)


def rank(query: Query, index: Sequence[Entry]) -> list[Match]:
    """The runbooks that fit, best first; equals in the order of their paths. What does not fit at all is left out."""
    asked = _asked(query, index)
    found = [match for entry in index if (match := _match(asked, entry)) is not None]
    return sorted(found, key=lambda match: (-match.score, match.entry.path))


def is_clear(found: Sequence[Match]) -> bool:
    """Whether the first of what fits is meant beyond doubt: it tells enough by itself, and the next is far behind."""
    first, *others = found or (None,)
    return first is not None and first.tells and all(first.score >= AHEAD * one.score for one in others[:1])


def fold(name: str) -> str:
    """A name without case, dashes, underscores and spaces: `High_Error-Rate` is `higherrorrate`."""
    return _SEPARATORS.sub("", name).casefold()


def words_of(text: str) -> frozenset[str]:
    """The words of a text that can tell one runbook from another; a plural is its singular."""
    found = _WORD.findall(_CAMEL.sub(" ", text).lower())
    return frozenset(_singular(word) for word in found if word not in _SILENT)


def _label(text: str) -> Label:
    return Label(text, fold(text), words_of(text))


def _singular(word: str) -> str:
    plural = word.endswith("s") and not word.endswith(_NO_PLURALS) and len(word) >= _SHORTEST_PLURAL
    return word[:-1] if plural else word


def _asked(query: Query, index: Sequence[Entry]) -> _Asked:
    alerts = (query.alert, *query.alerts)
    words = words_of(" ".join((query.words, *alerts)))
    counts = Counter(
        word for entry in index for word in (*(words & entry.title_words), *(words & entry.heading_words))
    )
    return _Asked(
        names=tuple(dict.fromkeys(fold(name) for name in (*alerts, query.words) if fold(name))),
        words=words,
        services=frozenset(fold(service) for service in (query.service,) if fold(service)),
        severity=query.severity.strip().casefold(),
        rarity={word: max(1.0, 1 + math.log(len(index) / count)) for word, count in counts.items()},
    )


def _match(asked: _Asked, entry: Entry) -> Match | None:
    """The sum of all that fits, with the strongest as the reason."""
    named, labels = _by_name(asked, entry), _by_labels(asked, entry)
    fits = [fit for fit in (named, *labels, *_by_words(asked, entry)) if fit]
    if asked.severity and asked.severity in {word.casefold() for word in entry.severities}:
        fits.append((SEVERITY, f"It is written for {asked.severity.upper()}."))
    if not fits:
        return None
    tells = named is not None or _tells(asked, entry, labelled=bool(labels))
    return Match(entry, round(sum(score for score, _ in fits), 3), max(fits)[1], tells)


def _tells(asked: _Asked, entry: Entry, *, labelled: bool) -> bool:
    """See `Match`."""
    in_title = asked.words & entry.title_words
    in_labels = {word for labels in entry.labels for label in labels for word in label.words & asked.words}
    its_own = in_title | in_labels | (asked.words & entry.heading_words)
    is_titled = bool(in_title) and 3 * len(in_title) >= len(entry.title_words)
    return 2 * len(its_own) >= len(asked.words) and (labelled or is_titled)


def _by_name(asked: _Asked, entry: Entry) -> tuple[float, str] | None:
    for name in asked.names:
        if name == entry.folded_stem:
            return EXACT, f"The file is named after {entry.stem}."
        if name in entry.named:
            return TRIGGER, f"Its triggers name {entry.named[name]}."
    return None


def _by_labels(asked: _Asked, entry: Entry) -> list[tuple[float, str]]:
    """Services and tags that are named, alone or among the words."""
    fits = []
    for labels, (weight, sentence) in zip(entry.labels, _LABELS, strict=True):
        named = next((label for label in labels if _is_named(label, asked)), None)
        if named is not None:
            fits.append((weight, sentence.format(named.text)))
    return fits


def _is_named(label: Label, asked: _Asked) -> bool:
    among = bool(label.words) and label.words <= asked.words
    return among or label.folded in asked.services or label.folded in asked.names


def _by_words(asked: _Asked, entry: Entry) -> list[tuple[float, str]]:
    """Words shared with the title (or the file's name) and, less, with the headings."""
    in_title = asked.words & entry.title_words
    in_headings = (asked.words & entry.heading_words) - in_title
    fits = []
    for shared, weight, place in ((in_title, TITLE, "title"), (in_headings, HEADING, "headings")):
        if shared:
            score = weight * sum(asked.rarity[word] for word in shared)
            fits.append((score, f"Its {place} share the word {_listed(shared, asked)}."))
    return [(score, _grammar(reason)) for score, reason in fits]


def _listed(shared: frozenset[str], asked: _Asked) -> str:
    """The rarest words first, three at most."""
    return ", ".join(sorted(shared, key=lambda word: (-asked.rarity[word], word))[:3])


def _grammar(reason: str) -> str:
    reason = reason.replace("title share ", "title shares ")
    return reason.replace("the word ", "the words ") if ", " in reason else reason
