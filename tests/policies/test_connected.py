"""Every word of the schema either acts somewhere, or is named as not connected."""

import importlib
import inspect
import re

import pytest

from incidentbot.policies.connected import NOT_CONNECTED, READ, fields, notifiers, unconnected, unkeyed, why
from incidentbot.policies.loader import load, shipped

LEAVES = tuple(dict.fromkeys(fields()))


def test_the_walk_reaches_the_deepest_words_of_the_schema() -> None:
    assert {
        "severities.*.escalate[].clock",
        "alerts.*.respond.strict",
        "workflows.*[].only",
        "maintenance.emergency.approvers",
        "chains.*",
        "schema",
    } <= set(LEAVES)
    assert len(LEAVES) > 90


@pytest.mark.parametrize("leaf", LEAVES)
def test_a_word_is_either_read_or_named_as_not_connected(leaf: str) -> None:
    assert (leaf in READ) is (unconnected(leaf) is None)


def test_the_tables_name_no_word_that_the_schema_lacks() -> None:
    assert set(READ) <= set(LEAVES)
    assert {entry for leaf in LEAVES if (entry := unconnected(leaf))} == set(NOT_CONNECTED)


@pytest.mark.parametrize("leaf", READ)
def test_a_word_is_read_where_the_table_says(leaf: str) -> None:
    source = inspect.getsource(importlib.import_module(READ[leaf]))
    words = [word for word in re.split(r"[.\[\]*]+", leaf) if word]
    singular = {"business_hours": "hours", "timezone": "timezone", "schema": "SCHEMA"}
    assert re.search(rf"\b{singular.get(words[-1], words[-1])}", source), (
        f"{READ[leaf]} does not mention {words[-1]}"
    )


def test_a_policy_names_only_the_unconnected_words_that_its_files_use() -> None:
    assert "slos" in load("mapme").unread
    assert "runbooks[].takes" in load("im-chat").unread
    assert "runbooks[].takes" not in load("missing-table").unread
    assert "slos" not in load("boat-listing").unread


def test_notifiers_that_nobody_delivers_and_channels_that_nobody_posts_in_are_named() -> None:
    assert "channels.ops" not in load("im-chat").unread, "the house's complaints are posted there"
    assert "severities.*.notify ticket" in load("boat-listing").unread
    assert not {"severities.*.notify ticket", "channels.ops", "channels.oncall"} & set(
        load("gocarbontracker").unread
    )


def test_notifiers_that_wait_for_their_keys_are_named_while_a_level_lists_them() -> None:
    none, all_of_them = notifiers(pager=False, mail=False), notifiers(pager=True, mail=True)

    assert set(unkeyed(load("im-chat"), none)) == {"pagerduty", "email", "phone"}
    assert set(unkeyed(load("missing-table"), none)) == {"pagerduty", "email"}
    assert set(unkeyed(load("im-chat"), notifiers(pager=True, mail=False))) == {"email"}
    assert unkeyed(load("im-chat"), all_of_them) == {}


@pytest.mark.parametrize("name", shipped())
def test_every_unconnected_word_says_what_does_not_happen(name: str) -> None:
    for word in load(name).unread:
        assert why(word)[0].islower()
