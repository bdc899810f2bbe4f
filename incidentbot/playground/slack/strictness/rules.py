"""Small rules about JSON shapes, combined into Block Kit's tables. Pure; knows no block by name."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Rule = Callable[[Any, str], Iterator[str]]

ANY_TEXT = ("plain_text", "mrkdwn")
PLAIN = ("plain_text",)
_TEXT_KEYS = {"plain_text": {"type", "text", "emoji"}, "mrkdwn": {"type", "text", "verbatim"}}
_URL = re.compile(r"https?://\S+|mailto:\S+|slack://\S+")


def wrong(message: str, path: str) -> str:
    """One complaint, with the JSON pointer Slack puts behind it."""
    return f"{message} [json-pointer:{path}]"


def string(most: int, *, least: int = 1) -> Rule:
    """Text of `least` to `most` characters."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield wrong("must be a string", path)
        elif len(value) > most:
            yield wrong(f"must be less than {most + 1} characters", path)
        elif len(value) < least:
            yield wrong(f"must be more than {least - 1} characters", path)

    return check


def url(most: int = 3000) -> Rule:
    """An address of at most `most` characters."""
    short = string(most)

    def check(value: Any, path: str) -> Iterator[str]:
        yield from short(value, path)
        if isinstance(value, str) and not _URL.fullmatch(value):
            yield wrong("must be a valid URL", path)

    return check


def matching(pattern: str, what: str) -> Rule:
    """Text of one form, as a date or a time of day."""
    form = re.compile(pattern)

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, str) or not form.fullmatch(value):
            yield wrong(f"must be {what}", path)

    return check


def number(value: Any, path: str) -> Iterator[str]:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield wrong("must be an integer", path)


def flag(value: Any, path: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield wrong("must be a boolean", path)


def anything(value: Any, path: str) -> Iterator[str]:
    """No rule."""
    yield from ()


def one_of(*words: str) -> Rule:
    """One of a few words."""

    def check(value: Any, path: str) -> Iterator[str]:
        if value not in words:
            yield wrong(f"must be one of: {', '.join(words)}", path)

    return check


def text(most: int, kinds: tuple[str, ...] = ANY_TEXT) -> Rule:
    """A text object of at most `most` characters, not empty, of one of the kinds."""
    inner = string(most)

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield wrong("must provide an object", path)
            return
        kind = value.get("type")
        if kind not in kinds:
            yield wrong(f"unsupported type: {kind}, allowed: {', '.join(kinds)}", f"{path}/type")
            return
        for key in value.keys() - _TEXT_KEYS[kind]:
            yield wrong(f"no more than allowed properties, unknown: {key}", f"{path}/{key}")
        yield from inner(value.get("text"), f"{path}/text")

    return check


def plain(most: int) -> Rule:
    """A text object that must be plain_text."""
    return text(most, PLAIN)


def listing(rule: Rule, most: int, *, least: int = 1) -> Rule:
    """A list of `least` to `most` items that each keep the rule."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield wrong("must be an array", path)
            return
        if len(value) > most:
            yield wrong(f"no more than {most} items allowed", path)
        if len(value) < least:
            yield wrong(f"no less than {least} items allowed", path)
        for index, item in enumerate(value):
            yield from rule(item, f"{path}/{index}")

    return check


def shape(fields: Mapping[str, Rule], *required: str) -> Rule:
    """An object with these fields and no others; None counts as absent."""

    def check(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield wrong("must provide an object", path)
            return
        for key in required:
            if value.get(key) is None:
                yield wrong(f"missing required field: {key}", path)
        for key, inner in value.items():
            rule = fields.get(key)
            if rule is None:
                yield wrong(f"no more than allowed properties, unknown: {key}", f"{path}/{key}")
            elif inner is not None:
                yield from rule(inner, f"{path}/{key}")

    return check


def by_type(rules: Mapping[str, Rule], *allowed: str) -> Rule:
    """An object whose `type` names its rule; only the allowed types may stand here (none named: all)."""

    def check(value: Any, path: str) -> Iterator[str]:
        kind = str(value.get("type")) if isinstance(value, Mapping) else ""
        if kind not in rules or (allowed and kind not in allowed):
            yield wrong(f"unsupported type: {kind}", f"{path}/type")
        else:
            yield from rules[kind](value, path)

    return check


def at_least_one(rule: Rule, *keys: str) -> Rule:
    """Besides its rule, the object must carry exactly or at least one of the keys."""

    def check(value: Any, path: str) -> Iterator[str]:
        yield from rule(value, path)
        if isinstance(value, Mapping) and all(value.get(key) is None for key in keys):
            yield wrong(f"must provide one of: {', '.join(keys)}", path)

    return check
