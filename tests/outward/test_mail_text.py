"""What a mail says, and that nothing typed can become a header of it."""

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidentbot.core.incident import Incident
from incidentbot.core.policy import Severity
from incidentbot.flows.values import Addressee
from incidentbot.outward.mail_text import Letter, compose, message_id
from tests.core.play import Play

SENDER = "bot@example.com"
HEADERS = sorted(
    [
        "Subject",
        "From",
        "To",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "Content-Type",
        "Content-Transfer-Encoding",
        "MIME-Version",
    ]
)
INCIDENT = Play("im-chat").incident


def letter(incident: Incident = INCIDENT, **words: object) -> Letter:
    base = Letter(
        role="on_call_primary",
        sender=SENDER,
        to=(Addressee("U0ANA", "ana@example.com", "Ana Ålund"),),
        message_id=message_id(incident, "mail:1:opening", SENDER),
        sent_at=datetime(2026, 11, 23, 14, 0, 5, tzinfo=UTC),
    )
    return replace(base, **words)  # type: ignore[arg-type] # by name


def arrived(incident: Incident, one: Letter) -> EmailMessage:
    """The mail as a reader's program reads its bytes, which are plain ASCII on the wire."""
    raw = compose(incident, one)
    assert raw.isascii()
    return cast("EmailMessage", message_from_bytes(raw, policy=default))


def test_a_mail_says_what_burns_who_declared_it_where_to_go_and_how_to_acknowledge():
    mail = arrived(
        INCIDENT,
        letter(
            declared_by="Ana Ålund",
            room_link="https://acme.slack.com/archives/C7",
            runbook="Database Outage",
            heard_elsewhere=True,
        ),
    )

    assert mail["Subject"] == "[P0] INC-7: checkout is down"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["To"] == "Ana Ålund <ana@example.com>"
    assert str(mail.get_content()).splitlines() == [
        "INC-7 (P0): checkout is down",
        "",
        "You are called in as the on-call primary.",
        "Open since 2026-11-21 12:00 UTC, declared by Ana Ålund.",
        "Room: https://acme.slack.com/archives/C7",
        "Runbook that may fit: Database Outage",
        "",
        "To acknowledge, press Acknowledge on the card in the room, or in PagerDuty, or type in Slack:",
        "/incident ack INC-7",
        "",
        "Nobody reads answers to this mail.",
    ]


def test_a_mail_that_leaves_before_its_room_is_open_names_the_room():
    assert f"Room: #{INCIDENT.room.name} (not open yet" in str(arrived(INCIDENT, letter()).get_content())


def test_a_drill_says_so_first():
    mail = arrived(replace(INCIDENT, drill=True), letter())

    assert mail["Subject"].startswith("DRILL [P0]")
    assert str(mail.get_content()).startswith("This is a drill.")


@pytest.mark.parametrize("severity", list(Severity))
def test_each_severity_stands_first_in_the_subject(severity: Severity):
    assert arrived(replace(INCIDENT, severity=severity), letter())["Subject"].startswith(
        f"[{severity}] INC-7: "
    )


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("<!channel>\r\nBcc: eve@evil.example", "<!channel> Bcc: eve@evil.example"),
        ("down\r\n\r\n<script>alert(1)</script>", "down <script>alert(1)</script>"),
        ("one\u2028two\u0085three\x0bfour\x00five", "one two three four five"),
        ("🔥 checkout 👩‍🚒 is down", "🔥 checkout 👩‍🚒 is down"),
        ("הקופה נפלה", "הקופה נפלה"),
        (
            "ein sehr langer Titel über Größe 🔥 הקופה " * 4,
            ("ein sehr langer Titel über Größe 🔥 הקופה " * 4).strip(),
        ),
        ("pay \u202emoc.live\u202c now", "pay moc.live now"),
        ("=?utf-8?q?=0ABcc:_eve=40evil.example?=", "= ?utf-8?q?=0ABcc:_eve=40evil.example?="),
    ],
)
def test_a_title_is_one_line_of_the_subject_whatever_was_typed(title: str, shown: str):
    mail = arrived(replace(INCIDENT, title=title), letter())

    assert sorted(mail.keys()) == HEADERS
    assert mail["Subject"] == f"[P0] INC-7: {shown}"
    assert mail["To"].addresses[0].addr_spec == "ana@example.com"


PIECES = (
    "=?utf-8?q?",
    "=0ABcc:_eve=40evil.example",
    "=?utf-8?b?CkJjYzogZUBleA==",
    "?=",
    "\r\n",
    "Bcc: ",
    "\u202e",
    " ",
)
TYPED = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=20).map("".join)


@given(title=TYPED, name=TYPED, by=TYPED)
def test_no_text_adds_a_header_or_an_addressee(title: str, name: str, by: str):
    to = (Addressee("U0ANA", "ana@example.com", name),)
    mail = arrived(replace(INCIDENT, title=title), letter(to=to, declared_by=by, runbook=by))

    assert sorted(mail.keys()) == HEADERS
    assert [one.addr_spec for one in mail["To"].addresses] == ["ana@example.com"]
    assert str(mail.get_content()).startswith("INC-7 (P0): ")


def test_the_message_id_is_the_same_for_each_try_and_another_for_each_mail():
    first = message_id(INCIDENT, "mail:1:opening", SENDER)

    assert first == message_id(INCIDENT, "mail:1:opening", SENDER)
    assert first != message_id(INCIDENT, "mail:1:rung-p0-1:0", SENDER)
    assert first != message_id(replace(INCIDENT, id="another"), "mail:1:opening", SENDER)
    assert first.endswith("@example.com>")


def test_the_second_try_is_the_same_mail_to_the_byte():
    assert compose(INCIDENT, letter()) == compose(INCIDENT, letter())


def test_an_address_is_in_no_repr():
    assert "ana@example.com" not in repr(letter().to)
