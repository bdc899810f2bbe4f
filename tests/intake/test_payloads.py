"""Payloads as senders write them, read into news: what is kept, what is passed over, what is not believed."""

import contextlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.alerts.alert import AlertStatus, web_link
from incidentbot.core.refusals import Refused
from incidentbot.intake import alertmanager, generic
from tests.stories.alerts import a_group, one
from tests.stories.story import T0


def raw(body: object) -> bytes:
    return json.dumps(body).encode()


def test_a_grouped_payload_keeps_each_alert_with_its_instant_its_place_and_its_address() -> None:
    news = alertmanager.news_of(raw(a_group(one(), one(instance="web-2", ended_at=T0), truncated=3)))

    assert [(alert.name, alert.where, alert.status) for alert in news.alerts] == [
        ("HighErrorRate", "web-1", AlertStatus.FIRING),
        ("HighErrorRate", "web-2", AlertStatus.RESOLVED),
    ]
    assert news.alerts[0].began_at == datetime(2026, 11, 23, 13, 57, 0, 123456, tzinfo=UTC)
    assert news.alerts[0].ended_at is None, "Go's zero instant says: none"
    assert news.alerts[1].ended_at is not None
    assert news.alerts[0].link.startswith("http://prometheus.example.com:9090/graph")
    assert (news.left_out, news.link) == (3, "http://alertmanager.example.com:9093")


def test_unknown_fields_are_passed_over_and_missing_ones_are_none() -> None:
    body = a_group(one(), orgId=1, state="alerting", message="x")
    body["alerts"][0] |= {"silenceURL": "https://x", "values": {"B": 44.2}, "dashboardURL": ""}
    bare = {"groupKey": "k", "alerts": [{"status": "firing"}]}

    assert alertmanager.news_of(raw(body)).alerts[0].name == "HighErrorRate"
    [alert] = alertmanager.news_of(raw(bare)).alerts
    assert (alert.name, alert.began_at, alert.link) == ("an alert without a name", None, "")


def test_alerts_without_a_fingerprint_are_told_apart_by_their_labels() -> None:
    first, second = one(instance="a"), one(instance="b")
    for alert in (first, second):
        del alert["fingerprint"]
    found = alertmanager.news_of(raw(a_group(first, second, first))).alerts

    assert found[0].fingerprint == found[2].fingerprint != found[1].fingerprint


def test_numbers_among_the_labels_are_words_and_what_is_none_is_passed_over() -> None:
    body = a_group(one())
    body["alerts"][0]["labels"] |= {"shard": 7, "instance": None, "pod": 12}
    body["alerts"][0]["annotations"] = {"summary": "down", "values": {"A": 1}}
    [alert] = alertmanager.news_of(raw(body)).alerts

    assert (alert.name, alert.where, alert.summary) == ("HighErrorRate", "12", "down")


def test_a_group_of_any_size_is_read() -> None:
    body = a_group(*(one(instance=f"web-{number}") for number in range(6000)))

    assert len(alertmanager.news_of(raw(body)).alerts) == 6000


def test_a_group_is_the_same_whatever_it_holds_and_a_drill_is_a_group_of_its_own() -> None:
    drill = one()
    drill["labels"]["drill"] = "true"
    keys = [alertmanager.news_of(raw(a_group(alert))).key for alert in (one(), one("Other"), drill)]

    assert keys[0] == keys[1]
    assert keys[2] == f"{keys[0]}:drill"


def test_the_generic_key_is_the_title_where_none_is_given() -> None:
    first = generic.news_of(raw({"title": "x"}))

    assert first.key == generic.news_of(raw({"title": "x", "status": "resolved"})).key
    assert first.key != generic.news_of(raw({"title": "x", "source": "other"})).key
    assert first.key != generic.news_of(raw({"title": "y"})).key


@pytest.mark.parametrize(
    "bad",
    [
        "javascript:alert(1)",
        "ftp://x/",
        "//x",
        "https://",
        "https://u:p@x/",
        "https://[x",
        "data:text/html,x",
        "https://x/?token=abcdef123456789012",
        "https://x/" + "a" * 1000,
    ],
)
def test_what_is_no_plain_web_address_is_no_link(bad: str) -> None:
    assert web_link(bad) == ""


def test_an_address_cannot_break_out_of_its_link() -> None:
    assert web_link("https://x/a|b>c<d e\n") == "https://x/a%7Cb%3Ec%3Cd%20e"


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_no_json_at_all_breaks_the_readers(value: object) -> None:
    for body in (value, {"title": value}, {"groupKey": "k", "alerts": value}):
        for read in (generic.news_of, alertmanager.news_of):
            with contextlib.suppress(Refused):
                read(raw(body))


@pytest.mark.parametrize("at", [[], [1], {}, {"seconds": 1}, 0, True])
def test_an_instant_of_another_shape_is_refused_and_not_sent_again_for_ever(at: object) -> None:
    with pytest.raises(Refused, match="at at: this is no instant"):
        generic.news_of(raw({"title": "Checkout fails", "at": at}))
    with pytest.raises(Refused, match="startsAt: this is no instant"):
        alertmanager.news_of(raw(a_group({**one(), "startsAt": at})))
