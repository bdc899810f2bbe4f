"""The stand-in's tables against the scrape of Slack's own method pages."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from incidentbot.playground.slack import methods
from incidentbot.playground.slack.methods.table import METHODS
from incidentbot.playground.slack.strictness.arguments import SIGNATURES
from incidentbot.playground.slack.strictness.scopes import EVENT_SCOPES, METHOD_SCOPES, SCOPES_BY_KIND
from incidentbot.playground.slack.strictness.tiers import TIERS, Tier
from tests.needs import shared

# Said by every method, or by Slack before a method is reached; the pages list them apart.
EVERYWHERE = {
    "invalid_arguments",
    "missing_scope",
    "not_authed",
    "invalid_auth",
    "not_allowed_token_type",
    "ratelimited",
    "unknown_method",
    "invalid_json",
}
# Not on the page of any method: codes of response_url, and of forms answered wrongly (never sent over the Web API).
ELSEWHERE = {"invalid_errors", "unknown_response_action"}
TIER_CALLS = {"t2": 20, "t3": 50, "t4": 100}


@pytest.fixture(scope="module")
def pages() -> dict[str, Any]:
    found = json.loads(shared("specs", "slack-methods-docs-2026-08-20.json").read_text())["methods"]
    return {name: page for name, page in found.items() if isinstance(page, dict)}


def test_every_method_has_arguments_and_a_tier():
    known = {*METHODS, "apps.connections.open"}

    assert known == set(SIGNATURES) == set(TIERS)


@pytest.mark.parametrize("method", sorted(SIGNATURES))
def test_a_methods_arguments_are_those_of_its_page(pages: dict[str, Any], method: str):
    page = pages[method]["args"]
    ours = SIGNATURES[method]

    assert ours.required == set(page.get("required", ())) - {"token"}
    assert ours.required | ours.optional == set(page["properties"]) - {"token", "team_id"}


@pytest.mark.parametrize("method", sorted(SIGNATURES))
def test_a_method_reads_json_only_where_its_page_says_so(pages: dict[str, Any], method: str):
    assert SIGNATURES[method].json == bool(pages[method].get("json_input_supported"))


@pytest.mark.parametrize("method", sorted(SIGNATURES))
def test_a_methods_tier_is_that_of_its_page_with_a_small_burst(pages: dict[str, Any], method: str):
    published = TIER_CALLS.get(pages[method]["rate_limits"])

    if published is not None:
        assert TIERS[method] == Tier(published + published // 5, 60)
    else:
        assert TIERS[method].calls >= max(TIER_CALLS.values())


@pytest.mark.parametrize("method", sorted(SIGNATURES))
def test_a_method_asks_for_a_scope_of_its_page(pages: dict[str, Any], method: str):
    published = set(pages[method].get("scope", {}).get("bot", []))
    ours = {
        *METHOD_SCOPES.get(method, ()),
        *(one for kind in SCOPES_BY_KIND.get(method, {}).values() for one in kind),
    }

    assert ours <= published
    assert bool(ours) == bool(published)


def test_every_error_code_is_slacks_own(pages: dict[str, Any]):
    published = {code for page in pages.values() for code in page.get("errors", ())} | EVERYWHERE | ELSEWHERE
    raised = {code for path in _sources() for code in _codes(path)}

    assert raised - published == set()
    assert len(raised) > 50


def _sources() -> list[Path]:
    inside = Path(methods.__file__).parent
    return [*inside.glob("*.py"), *inside.parent.glob("*.py")]


def _codes(path: Path) -> Iterator[str]:
    """Every constant first argument of SlackRefusal(...) and explained(...), and the codes in ready-made tables."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in {"SlackRefusal", "explained"} and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)
        for keyword in node.keywords:
            if keyword.arg == "refusal" and isinstance(keyword.value, ast.Constant):
                yield str(keyword.value.value)


def test_a_family_of_methods_says_only_what_its_pages_say(pages: dict[str, Any]):
    families = {
        "chat.py": "chat.",
        "conversations.py": "conversations.",
        "reading.py": "conversations.",
        "views.py": "views.",
        "files.py": "files.",
        "users.py": "user",
        "reactions.py": "reactions.",
        "pins_bookmarks.py": ("pins.", "bookmarks.", "reactions."),
    }
    folder = Path(methods.__file__).parent
    for name, prefix in families.items():
        said = {
            code
            for method, page in pages.items()
            if method.startswith(prefix)
            for code in page.get("errors", ())
        }
        assert set(_codes(folder / name)) - said - EVERYWHERE == set(), name


def test_every_event_is_one_that_slack_sends():
    described = json.loads(shared("specs", "slack-events-docs-2026-08-20.json").read_text())
    pages = {one["name"]: one.get("scopes") for one in described["events"]["events"]}
    # The scrape has no pages for archiving; the older description names those events with dots.
    older = {name.replace(".", "_") for name in _old_topics()}

    assert set(EVENT_SCOPES) - set(pages) <= older
    for name, scope in EVENT_SCOPES.items():
        published = {word.replace("app_mentions.read", "app_mentions:read") for word in pages.get(name) or ()}
        assert not published or scope in published, name


def _old_topics() -> list[str]:
    return list(
        json.loads(shared("specs", "slack-events-asyncapi-v1-2021-archived.json").read_text())["topics"]
    )
