"""Secrets never survive, ordinary text is left alone, doing it twice changes nothing."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.text.redaction import Ips, redact, redact_for_draft

ALNUM = string.ascii_letters + string.digits


def _of(alphabet: str, size: int) -> st.SearchStrategy[str]:
    return st.text(alphabet=alphabet, min_size=size, max_size=size)


def _mixed(size: int) -> st.SearchStrategy[str]:
    """Text as a generator of keys makes it: letters and digits in no order."""
    return _of(ALNUM, size).filter(
        lambda text: sum(c.isdigit() for c in text) >= 3 and any(c.isupper() for c in text)
    )


PLANTED = st.one_of(
    _of(string.ascii_uppercase + string.digits, 16).map("AKIA{}".format),
    _of(ALNUM, 36).map("ghp_{}".format),
    _of(ALNUM, 40).map("github_pat_{}".format),
    _of(ALNUM, 24).map("xoxb-1234567890-{}".format),
    _of(ALNUM, 32).map("xapp-1-A0123-{}".format),
    _of(ALNUM, 20).map("eyJhbGciOiJIUzI1NiJ9.eyJ{}.c2ln".format),
    _of(ALNUM + "+/", 64).map("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----".format),
    st.tuples(_of(string.ascii_lowercase, 8), _mixed(9)).map(lambda user: f"{user[0]}.{user[1]}@example.org"),
)
NAMED = st.tuples(
    st.sampled_from(
        [
            "password=",
            "passwd: ",
            "DB_PASSWORD=",
            "token=",
            'client_secret="',
            "api_key=",
            "PGPASSWORD=",
            "secret=",
        ]
    ),
    _mixed(14),
)
AROUND = st.text(alphabet=string.ascii_letters + " .,!?\n", max_size=60)


@given(AROUND, PLANTED, AROUND)
def test_a_planted_secret_never_survives(before: str, secret: str, after: str) -> None:
    text = redact(f"{before} {secret} {after}").text

    assert secret not in text
    assert "[redacted:" in text


@given(AROUND, NAMED, AROUND)
def test_a_named_secret_never_survives(before: str, named: tuple[str, str], after: str) -> None:
    name, value = named

    text = redact(f"{before} {name}{value} {after}").text

    assert value not in text
    assert name.strip('"') in text


@given(st.text(max_size=300))
def test_redacting_twice_changes_nothing(text: str) -> None:
    once = redact_for_draft(text).text

    assert redact_for_draft(once).text == once
    assert redact(redact(text).text).text == redact(text).text


@given(
    st.lists(st.one_of(PLANTED, NAMED.map("".join), AROUND), max_size=6),
    st.sampled_from(["", " ", ":", "\n"]),
)
def test_redacting_secrets_that_touch_each_other_twice_changes_nothing(parts: list[str], glue: str) -> None:
    once = redact(glue.join(parts)).text

    again = redact(once)

    assert again.text == once
    assert not again.counts


@given(st.text(alphabet=string.ascii_letters + " .,!?", max_size=200))
def test_plain_words_are_left_alone(text: str) -> None:
    assert redact(text).text == text
    assert not redact(text).counts


@pytest.mark.parametrize(
    "text",
    [
        "token: expired, please log in again",
        "max_tokens=4096 and password_policy is strict",
        "http://checkout:8080/health?a=b@c",
        "git@github.com:acme/checkout.git",
        "since 2024-07-25 11:10:04 UTC, +0100, ts 1721905804.000100",
        "the bearer of bad news",
        "basic authentication is off, authorization is broken",
        "scaled from 60 to 80, p95 is 812.5 ms, 5xx at 12%",
        "d670460b4b4aece5915caf5c68d12f560a9fe3e4 is bad",
        "secret=$TOKEN and password=<ask ops>",
    ],
)
def test_what_people_say_in_incidents_is_left_alone(text: str) -> None:
    assert redact(text).text == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgres://app:s3cr/et@db/x", "postgres://[redacted:url-credentials]@db/x"),
        ("Authorization: Bearer abc.def-1", "Authorization: Bearer [redacted:bearer]"),
        ("curl -H 'X-Api-Key: k3y-4-us-all'", "curl -H 'X-Api-Key: [redacted:secret]'"),
        ("the password is Tr0ub4dor&3", "the password is [redacted:secret]"),
        ('{"password": "two words"}', '{"password": [redacted:secret]}'),
        ("call +44 20 7946 0958 or (415) 555-0100", "call [redacted:phone] or [redacted:phone]"),
        ("<mailto:ana@example.org|ana@example.org>", "<mailto:[redacted:email]|[redacted:email]>"),
        (
            "https://hooks.slack.com/services/T0/B0/abcDEF12",
            "https://hooks.slack.com/[redacted:slack-webhook]",
        ),
    ],
)
def test_only_the_secret_itself_is_taken_out(text: str, shown: str) -> None:
    assert redact(text).text == shown


def test_each_type_is_counted() -> None:
    found = redact("ana@example.org, bo@example.org, password=x1")

    assert found.counts == {"email": 2, "secret": 1}


@given(_mixed(40))
def test_a_word_drawn_by_lot_is_only_taken_out_of_drafts(word: str) -> None:
    text = f"the thing {word} leaked"

    assert redact(text).text == text
    assert word not in redact_for_draft(text).text


@pytest.mark.parametrize(
    "text",
    [
        "d670460b4b4aece5915caf5c68d12f560a9fe3e4",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "123e4567-e89b-12d3-a456-426614174000",
        "checkout-api-7d9f8b6c5d-x2x4z",
        "gke-prod-default-pool-1a2b3c4d-x5z9",
        "cp-live-app-logs-ClusterIndexWritesBlocked",
        "https://acme.slack.com/archives/C024BE91L/p1721916755123456",
        "kubernetes/test-infra/compare/8c1cd8046656",
        "see 123e4567-e89b-12d3-a456-426614174000/logs",
        "a" * 40 + "==",
    ],
)
def test_commits_ids_and_names_are_kept_in_drafts(text: str) -> None:
    assert redact_for_draft(text).text == text


@pytest.mark.parametrize(
    "key",
    [
        "R02B1C3D4E5F6A7B8C9D0E1F2A3B4C5D",
        "f1e2d3c4b5a697887766554433221100",
        "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    ],
)
def test_keys_without_a_known_format_are_taken_out_of_drafts(key: str) -> None:
    assert key not in redact_for_draft(f"use {key} for now").text


def test_addresses_and_customers_are_taken_out_where_asked() -> None:
    text = "Acme Ltd. sees 10.0.12.7 and fe80:0:0:0:1:2:3:4 down, version 1.2.3.4.5"

    kept = redact_for_draft(text)
    taken = redact_for_draft(text, ips=Ips.REDACT, customers=("acme ltd",))

    assert kept.text == text
    assert taken.text == "[redacted:customer]. sees [redacted:ip] and [redacted:ip] down, version 1.2.3.4.5"


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "eyJ-",
        "-----BEGIN PRIVATE KEY-----",
        "a@a.",
        "1.1",
        "https://a:",
        "password:",
        "://",
        "A1b2/",
        "1:",
        "+1 ",
    ],
)
def test_ten_times_the_text_costs_about_ten_times_as_much(piece: str) -> None:
    """Quadratic work would cost a hundred times as much; thirty leaves room for a busy machine."""
    small = piece * (30_000 // len(piece))

    assert _cost(small * 10) < 30 * max(_cost(small), 0.02)


def _cost(text: str) -> float:
    begin = time.process_time()
    redact_for_draft(text, ips=Ips.REDACT)
    return time.process_time() - begin
