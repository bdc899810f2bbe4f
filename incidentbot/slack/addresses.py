"""Which addresses the bot may talk to, of those that Slack's payloads and answers name. Pure."""

from urllib.parse import urlsplit

SLACK = ".slack.com"
ENCRYPTED = frozenset({"https", "wss"})
LIKE_THE_API = {"http": frozenset({"http", "ws"}), "https": ENCRYPTED}
"""The schemes that go with the scheme of SLACK_API_URL: a local workspace is not encrypted."""


def may_talk_to(url: str, api_url: str) -> bool:
    """Whether `url` is Slack's: encrypted and under slack.com, or on the host and port of SLACK_API_URL.

    A payload that names another address is forged or misread; nothing is sent there.
    """
    try:
        asked, api = urlsplit(url), urlsplit(api_url)
        ports = asked.port, api.port
    except ValueError:
        return False
    if asked.hostname is None or asked.username is not None:
        return False
    if asked.scheme in ENCRYPTED and ports[0] is None and asked.hostname.endswith(SLACK):
        return True
    same_host = asked.hostname == api.hostname and ports[0] == ports[1]
    return same_host and asked.scheme in LIKE_THE_API.get(api.scheme, frozenset())
