"""Takes secrets, mail addresses and phone numbers out of text. Keeps no secret, not even a part, and calls nobody."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from incidentbot.core.text.redaction_entropy import looks_random

MARK = "[redacted:"
"""How every replacement begins; `[redacted:jwt]` says what stood there and nothing more."""

PASSES = 4
"""A replacement can bare a neighbour that was glued to it; more than two passes were never seen to change anything."""

Judge = Callable[[re.Match[str]], bool]


class Ips(StrEnum):
    """Whether a draft shows IP addresses."""

    KEEP = "keep"
    REDACT = "redact"


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text without secrets, and how many of each type were taken out."""

    text: str
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of secret. A group named `value` is what is replaced; without one the whole match is."""

    type: str
    pattern: re.Pattern[str]
    judge: Judge | None = None


_NO_VALUES = frozenset(
    {"none", "null", "nil", "true", "false", "yes", "no", "set", "unset", "empty", "missing"}
)
_COUNTS = re.compile(r"\d{1,7}")
_DIGITS = re.compile(r"\d")
_PHONE_DIGITS = range(9, 16)
"""E.164 allows 15 digits; national numbers with area code have nine or more."""
_LONG_WORD = 12


def _is_value(match: re.Match[str]) -> bool:
    """A value that somebody set: no variable, no placeholder, no word for nothing, no count of tokens."""
    value = match["value"].strip("\"'`")
    if not value or value[0] in "$<{%*" or value.startswith(MARK) or value.lower() in _NO_VALUES:
        return False
    if match["name"].lower().startswith("token") and _COUNTS.fullmatch(value):
        return False
    if "=" in match["sign"] or match["name"].lower().startswith(("pass", "pwd")):
        return True
    return _is_odd_word(value)


def _is_odd_word(value: str) -> bool:
    """Not a word of a sentence: it has a digit, or is longer than words of a sentence tend to be."""
    return bool(_DIGITS.search(value)) or len(value) >= _LONG_WORD


def _is_bearer(match: re.Match[str]) -> bool:
    return not match["value"].startswith(MARK) and (bool(match["header"]) or _is_odd_word(match["value"]))


def _is_phone(match: re.Match[str]) -> bool:
    return len(_DIGITS.findall(match[0])) in _PHONE_DIGITS


def _is_address(match: re.Match[str]) -> bool:
    """A mail address, not `git@host:path`, which is how repositories are named."""
    return not (match[0].startswith("git@") and match.string[match.end() : match.end() + 1] == ":")


_NAMED = r"pass(?:word|wd|phrase)|pwd|secret|token|(?:api|access|account|private|signing|encryption|routing)[_-]?key|credentials?"
_VALUE = r"""(?P<value>"[^"\n]{1,512}"|'[^'\n]{1,512}'|["'`]?(?:[^\s"'`;&<>,)]|,(?=\S)){1,512})"""

RULES: tuple[Rule, ...] = (
    Rule(
        "private-key",
        re.compile(
            r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----"
            r"(?:(?:[^-]|-(?!----))*+-----END [A-Z0-9 ]{0,60}-----|(?:\s{1,4}[A-Za-z0-9+/=]{16,}+)*+)"
        ),
    ),
    Rule(
        "aws-key",
        re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
    ),
    Rule("github-token", re.compile(r"gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}")),
    Rule("gitlab-token", re.compile(r"gl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{20,128}")),
    Rule("slack-token", re.compile(r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,512}|xapp-[A-Za-z0-9-]{8,512}")),
    Rule(
        "slack-webhook",
        re.compile(r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[A-Za-z0-9_/-]{8,256}"),
    ),
    Rule("jwt", re.compile(r"(?<![A-Za-z0-9])eyJ[\w-]{6,1000}\.[\w-]{4,8000}(?:\.[\w-]{0,2000})?")),
    Rule(
        "api-key", re.compile(r"(?<![A-Za-z0-9])(?:[spr]k_(?:live|test)_|npm_|sk-|AIza)[A-Za-z0-9_-]{20,255}")
    ),
    Rule(
        "url-credentials",
        re.compile(
            r"(?<=://)(?!\[redacted:)[^\s/:@\"'<>]{0,256}:"
            r"(?:[^\s/\"'<>]{1,512}|(?!\d{1,5}(?:[/?#]|$))[^\s@\"'<>]{1,512})(?=@)"
        ),
    ),
    Rule(
        "bearer",
        re.compile(
            r"(?i)(?P<header>authorization[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?:(?:bearer|basic|token|digest)\s{1,4})?)"
            r"(?P<value>[^\s\"',;]{4,2000})"
        ),
        _is_bearer,
    ),
    Rule(
        "bearer",
        re.compile(r"(?i)(?<![a-z])(?P<header>)bearer\s{1,4}(?P<value>[\w.~+/=-]{8,2000})"),
        _is_bearer,
    ),
    Rule(
        "secret",
        re.compile(
            rf"(?i)(?P<name>{_NAMED})[\w-]{{0,40}}(?:[\"']\]?)?\s{{0,4}}(?P<sign>=>|:=|=(?!=)|:(?!:|//))\s{{0,4}}{_VALUE}"
        ),
        _is_value,
    ),
    Rule(
        "secret",
        re.compile(
            r"(?i)(?P<name>pass(?:word|phrase)|secret|token|api key) is[: ]{1,3}(?P<sign>)[\"'`]?"
            r"(?P<value>(?=[^\s\"'`]{0,64}\d)[^\s\"'`]{6,512})"
        ),
        lambda match: not match["value"].startswith(MARK),
    ),
    Rule(
        "email",
        re.compile(r"(?<![\w.%+-])[\w.%+-]++@(?:[\w-]+\.)+[A-Za-z]{2,24}(?![A-Za-z0-9])"),
        _is_address,
    ),
    Rule(
        "phone",
        re.compile(
            r"(?<![\w.+-])(?:\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]?\d{2,4}){2,4}"
            r"|(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}"
            r"|0\d{2,4}[ -]\d{3,4}[ -]?\d{3,4})(?![\w-]|\.\d)"
        ),
        _is_phone,
    ),
)
"""What is taken out before anything is stored, in this order. No pattern looks further than a bounded number of
characters, or than it then takes away, so that a megabyte costs as much as a thousand kilobytes."""

_IP = Rule(
    "ip",
    re.compile(
        r"(?<![\w.:])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]*\w)"
        r"|(?<![\w:.])(?:[0-9a-f]{1,4}:){4,7}(?::?[0-9a-f]{1,4}){1,4}(?![\w:])",
        re.IGNORECASE,
    ),
)
_RUN = re.compile(r"[A-Za-z0-9+/_-]{20,}+={0,2}")
"""The runs of characters that keys are written in. A full stop ends one: hosts and file names have those."""


def redact(text: str) -> Redacted:
    """Take out what is surely a secret or a private address: safe for every message before it is stored.

    Doing it twice changes nothing. Source: docs/postmortem.md, "What is taken out".
    """
    return _settled(text, lambda now, found: _by_rules(now, RULES, found))


def redact_for_draft(text: str, *, ips: Ips = Ips.KEEP, customers: tuple[str, ...] = ()) -> Redacted:
    """As `redact`, and words of 20 characters and more that look drawn by lot; IPs and customers where asked.

    Commit ids, UUIDs and the names of pods are kept. customers: names as people write them, whole words.
    """
    rules = RULES + tuple(_customer_rules(customers)) + ((_IP,) if ips is Ips.REDACT else ())
    return _settled(text, lambda now, found: _without_random(_by_rules(now, rules, found), found))


def _settled(text: str, once: Callable[[str, Counter[str]], str]) -> Redacted:
    """`once` until it changes nothing any more, so that redacting again changes nothing either."""
    counts: Counter[str] = Counter()
    for _ in range(PASSES):
        before, text = text, once(text, counts)
        if text == before:
            break
    return Redacted(text, MappingProxyType(dict(counts)))


def _by_rules(text: str, rules: tuple[Rule, ...], counts: Counter[str]) -> str:
    for rule in rules:
        text = rule.pattern.sub(lambda match, rule=rule: _replaced(match, rule, counts), text)  # type: ignore[misc] # mypy cannot infer a lambda that binds its rule
    return text


def _replaced(match: re.Match[str], rule: Rule, counts: Counter[str]) -> str:
    if rule.judge is not None and not rule.judge(match):
        return match[0]
    counts[rule.type] += 1
    mark = f"{MARK}{rule.type}]"
    if "value" not in rule.pattern.groupindex:
        return mark
    start, end = match.start("value") - match.start(), match.end("value") - match.start()
    return match[0][:start] + mark + match[0][end:]


def _without_random(text: str, counts: Counter[str]) -> str:
    def judged(match: re.Match[str]) -> str:
        if not looks_random(match[0]):
            return match[0]
        counts["high-entropy"] += 1
        return f"{MARK}high-entropy]"

    return _RUN.sub(judged, text)


def _customer_rules(customers: tuple[str, ...]) -> Iterator[Rule]:
    for name in customers:
        if name.strip():
            words = re.escape(name.strip())
            yield Rule("customer", re.compile(rf"(?i)(?<!\w)(?<!redacted:){words}(?!\w)"))
