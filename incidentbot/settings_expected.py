"""What each setting must be, as a table of words and tests. Reads no environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

ROUTING_KEY_LENGTH = 32
MAX_PORT = 65_535
SHORTEST_TOKEN = 16
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a setting must be, in words, and whether a given text is so."""

    words: str
    holds: Callable[[str], bool]


def is_web_address(text: str) -> bool:
    """Whether `text` is an http or https address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) <= MAX_PORT
    except ValueError:
        return False


def is_mail_server(text: str) -> bool:
    """Whether `text` is an smtp or smtps address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname) and (parts.port or 1) <= MAX_PORT
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    return text.isascii() and 0 < text.find("@") < len(text) - 1 and not any(map(str.isspace, text))


def _starts(*heads: str) -> Callable[[str], bool]:
    return lambda text: text.startswith(heads)


WEB = Expected("a web address that begins with https:// (or http://)", is_web_address)
EXPECTED: Mapping[str, Expected] = {
    "slack_bot_token": Expected("a bot token, which begins with xoxb-", _starts("xoxb-")),
    "slack_app_token": Expected("an app-level token, which begins with xapp-", _starts("xapp-")),
    "slack_api_url": WEB,
    "pagerduty_routing_key": Expected(
        "an integration key of 32 letters and digits",
        lambda text: len(text) == ROUTING_KEY_LENGTH and text.isalnum() and text.isascii(),
    ),
    "pagerduty_from_email": Expected(
        "the e-mail address of a PagerDuty user", lambda text: 0 < text.find("@") < len(text) - 1
    ),
    "pagerduty_events_url": WEB,
    "pagerduty_api_url": WEB,
    "database_url": Expected(
        "an address that begins with sqlite:/// or postgresql://", _starts("sqlite", "postgres")
    ),
    "runbooks_url": WEB,
    "host": Expected("an address to listen on, such as 127.0.0.1", lambda text: " " not in text),
    "port": Expected(
        f"a whole number from 0 to {MAX_PORT}", lambda text: text.isdecimal() and int(text) <= MAX_PORT
    ),
    "base_url": WEB,
    "log_level": Expected(f"one of {', '.join(LOG_LEVELS)}", lambda text: text.upper() in LOG_LEVELS),
    "smtp_url": Expected("an address that begins with smtp:// or smtps:// and names a host", is_mail_server),
    "smtp_from": Expected("an e-mail address, without a name", _is_address),
    "heartbeat_url": WEB,
    "intake_token": Expected(
        f"a text of {SHORTEST_TOKEN} characters and more, without spaces, drawn by lot",
        lambda text: len(text) >= SHORTEST_TOKEN and len(text.split()) == 1,
    ),
}
