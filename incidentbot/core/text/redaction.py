"""Takes secrets, mail addresses and phone numbers out of text. Keeps no secret, not even a part, and calls nobody."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from incidentbot.core.text.redaction_entropy import looks_random
from incidentbot.core.text.redaction_rules import ANYTHING, IP, MARK, RULES, Rule

PASSES = 4
"""A replacement can bare a neighbour that was glued to it; more than two passes were never seen to change anything."""


class Ips(StrEnum):
    """Whether a draft shows IP addresses."""

    KEEP = "keep"
    REDACT = "redact"


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text without secrets, and how many of each type were taken out."""

    text: str
    counts: Mapping[str, int] = field(default_factory=dict)


NONE: Mapping[str, int] = MappingProxyType({})
"""What is counted where nothing was taken out."""

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
    rules = RULES + tuple(_customer_rules(customers)) + ((IP,) if ips is Ips.REDACT else ())
    return _settled(text, lambda now, found: _without_random(_by_rules(now, rules, found), found))


def _settled(text: str, once: Callable[[str, dict[str, int]], str]) -> Redacted:
    """`once` until it changes nothing any more, so that redacting again changes nothing either."""
    counts: dict[str, int] = {}
    for _ in range(PASSES):
        before, text = text, once(text, counts)
        if text == before:
            break
    return Redacted(text, MappingProxyType(counts) if counts else NONE)


def _by_rules(text: str, rules: tuple[Rule, ...], counts: dict[str, int]) -> str:
    lowered = text.lower()
    for rule in rules:
        for need in (
            rule.needs
        ):  # a plain loop: every message of a room is asked, and any() takes three times as long
            if need in lowered:
                break
        else:
            if rule.needs != ANYTHING:
                continue
        text = rule.pattern.sub(lambda match, rule=rule: _replaced(match, rule, counts), text)  # type: ignore[misc] # mypy cannot infer a lambda that binds its rule
    return text


def _replaced(match: re.Match[str], rule: Rule, counts: dict[str, int]) -> str:
    if rule.judge is not None and not rule.judge(match):
        return match[0]
    counts[rule.type] = counts.get(rule.type, 0) + 1
    mark = f"{MARK}{rule.type}]"
    if "value" not in rule.pattern.groupindex:
        return mark
    start, end = match.start("value") - match.start(), match.end("value") - match.start()
    return match[0][:start] + mark + match[0][end:]


def _without_random(text: str, counts: dict[str, int]) -> str:
    def judged(match: re.Match[str]) -> str:
        if not looks_random(match[0]):
            return match[0]
        counts["high-entropy"] = counts.get("high-entropy", 0) + 1
        return f"{MARK}high-entropy]"

    return _RUN.sub(judged, text)


def _customer_rules(customers: tuple[str, ...]) -> Iterator[Rule]:
    for name in customers:
        if name.strip():
            words = re.escape(name.strip())
            yield Rule("customer", re.compile(rf"(?i)(?<!\w)(?<!redacted:){words}(?!\w)"))
