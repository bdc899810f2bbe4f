"""What counts as a secret, a mail address or a phone number: one rule each, with what it needs to be looked for at all. Calls nobody."""

import re
from collections.abc import Callable
from dataclasses import dataclass

MARK = "[redacted:"
"""How every replacement begins; `[redacted:jwt]` says what stood there and nothing more."""

Judge = Callable[[re.Match[str]], bool]

ANYTHING: tuple[str, ...] = ()
"""What a rule needs that looks at every text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of secret. A group named `value` is what is replaced; without one the whole match is.

    needs: of these, in small letters, whatever matches holds one; most text holds none and is not searched further.
    Where letters of either size match, no `i` or `s`: their cousins (ı, ſ) have other small letters.
    """

    type: str
    pattern: re.Pattern[str]
    judge: Judge | None = None
    needs: tuple[str, ...] = ANYTHING


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
        needs=("-----begin",),
    ),
    Rule(
        "aws-key",
        re.compile(r"(?<![A-Za-z0-9])(?:AKIA|ASIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA)[A-Z0-9]{16}(?![A-Za-z0-9])"),
        needs=("akia", "asia", "agpa", "aida", "aroa", "aipa", "anpa", "anva"),
    ),
    Rule(
        "github-token",
        re.compile(r"gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{20,255}"),
        needs=("gh", "github_pat_"),
    ),
    Rule("gitlab-token", re.compile(r"gl(?:pat|dt|rt|ptt)-[A-Za-z0-9_-]{20,128}"), needs=("gl",)),
    Rule(
        "slack-token",
        re.compile(r"xox[a-z](?:\.xox[a-z])?-[A-Za-z0-9-]{8,512}|xapp-[A-Za-z0-9-]{8,512}"),
        needs=("xox", "xapp-"),
    ),
    Rule(
        "slack-webhook",
        re.compile(r"(?<=hooks\.slack\.com/)(?:services|workflows|triggers)/[A-Za-z0-9_/-]{8,256}"),
        needs=("hooks.slack.com/",),
    ),
    Rule(
        "jwt",
        re.compile(r"(?<![A-Za-z0-9])eyJ[\w-]{6,1000}\.[\w-]{4,8000}(?:\.[\w-]{0,2000})?"),
        needs=("eyj",),
    ),
    Rule(
        "api-key",
        re.compile(r"(?<![A-Za-z0-9])(?:[spr]k_(?:live|test)_|npm_|sk-|AIza)[A-Za-z0-9_-]{20,255}"),
        needs=("k_live_", "k_test_", "npm_", "sk-", "aiza"),
    ),
    Rule(
        "url-credentials",
        re.compile(
            r"(?<=://)(?!\[redacted:)[^\s/:@\"'<>]{0,256}:"
            r"(?:[^\s/\"'<>]{1,512}|(?!\d{1,5}(?:[/?#]|$))[^\s@\"'<>]{1,512})(?=@)"
        ),
        needs=("://",),
    ),
    Rule(
        "bearer",
        re.compile(
            r"(?i)(?P<header>authorization[\"']?\s{0,4}[:=]\s{0,4}[\"']?(?:(?:bearer|basic|token|digest)\s{1,4})?)"
            r"(?P<value>[^\s\"',;]{4,2000})"
        ),
        _is_bearer,
        needs=("author",),
    ),
    Rule(
        "bearer",
        re.compile(r"(?i)(?<![a-z])(?P<header>)bearer\s{1,4}(?P<value>[\w.~+/=-]{8,2000})"),
        _is_bearer,
        needs=("bearer",),
    ),
    Rule(
        "secret",
        re.compile(
            rf"(?i)(?P<name>{_NAMED})[\w-]{{0,40}}(?:[\"']\]?)?\s{{0,4}}(?P<sign>=>|:=|=(?!=)|:(?!:|//))\s{{0,4}}{_VALUE}"
        ),
        _is_value,
        needs=("=", ":"),
    ),
    Rule(
        "secret",
        re.compile(
            r"(?i)(?P<name>pass(?:word|phrase)|secret|token|api key) is[: ]{1,3}(?P<sign>)[\"'`]?"
            r"(?P<value>(?=[^\s\"'`]{0,64}\d)[^\s\"'`]{6,512})"
        ),
        lambda match: not match["value"].startswith(MARK),
        needs=("word", "phra", "ecret", "token", " key"),
    ),
    Rule(
        "email",
        re.compile(r"(?<![\w.%+-])[\w.%+-]++@(?:[\w-]+\.)+[A-Za-z]{2,24}(?![A-Za-z0-9])"),
        _is_address,
        needs=("@",),
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

IP = Rule(
    "ip",
    re.compile(
        r"(?<![\w.:])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\w.]*\w)"
        r"|(?<![\w:.])(?:[0-9a-f]{1,4}:){4,7}(?::?[0-9a-f]{1,4}){1,4}(?![\w:])",
        re.IGNORECASE,
    ),
)
