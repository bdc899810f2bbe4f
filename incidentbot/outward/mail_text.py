"""The mail to whoever is called: its headers and its words, from plain data. Sends nothing.

Whatever people typed goes into a header as one line of printable characters, so that none can end or turn around.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from email.header import Header
from email.headerregistry import Address
from email.message import Message
from email.policy import compat32
from email.utils import format_datetime, formataddr

from incidentbot.core.incident import Incident
from incidentbot.core.text.words import role_words
from incidentbot.flows.values import Addressee

LONGEST_SUBJECT = 200
LONGEST_NAME = 80
UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories of what ends lines, turns text around or is not there. Joiners of emoji are among them."""
PRINTABLE = Charset("utf-8")
PRINTABLE.body_encoding = QP
ON_THE_WIRE = compat32.clone(linesep="\r\n")
JOINER = "\u200d"


@dataclass(frozen=True, slots=True)
class Letter:
    """What the mail says beside the incident. `declared_by` is a name; what is not known is "".

    message_id: the same for each try, so that a second one is seen as the same mail.
    """

    role: str
    sender: str
    to: Sequence[Addressee]
    message_id: str
    sent_at: datetime
    declared_by: str = ""
    room_link: str = ""
    runbook: str = ""
    heard_elsewhere: bool = False


def compose(incident: Incident, letter: Letter) -> bytes:
    """The mail as it goes over the wire, plain ASCII. Raises ValueError for an address that no header takes.

    Text beyond ASCII is encoded here, a header at a time: the newer headers of the library lose blanks on folding, and
    decode what looks encoded in what was typed.
    """
    mail: Message[str, str | Header] = Message(policy=ON_THE_WIRE)
    mail["Subject"] = _encoded(subject(incident))
    mail["From"] = _named("Incident Bot", letter.sender)
    mail["To"] = ", ".join(_named(one.name, one.address) for one in letter.to)
    mail["Date"] = format_datetime(letter.sent_at)
    mail["Message-ID"] = letter.message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_payload("\n".join(_lines(incident, letter)), PRINTABLE)
    return mail.as_bytes()


def _encoded(text: str) -> Header:
    return Header(text, "us-ascii" if text.isascii() else "utf-8")


def _named(name: str, address: str) -> str:
    spec = Address(addr_spec=address).addr_spec
    return formataddr((in_header(name)[:LONGEST_NAME], spec))


def subject(incident: Incident) -> str:
    """[P0] INC-7: checkout is down"""
    drill = "DRILL " if incident.drill else ""
    text = f"{drill}[{incident.severity}] {incident.name}: {in_header(incident.title)}"
    return text if len(text) <= LONGEST_SUBJECT else f"{text[: LONGEST_SUBJECT - 1]}…"


def message_id(incident: Incident, effect: str, sender: str) -> str:
    """The Message-ID of an effect: of the same effect always the same. Source: RFC 5322, 3.6.4."""
    digest = hashlib.sha256(f"{incident.id}:{effect}".encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def one_line(text: str) -> str:
    """The text without anything that could end a line or turn its direction around."""
    kept = "".join(char if _is_printable(char) else " " for char in text)
    return " ".join(kept.split())


def in_header(text: str) -> str:
    """One line that is taken as it stands: a typed encoded word (RFC 2047) would be decoded, line ends and all."""
    return one_line(text).replace("=?", "= ?")


def _is_printable(char: str) -> bool:
    return char == JOINER or unicodedata.category(char) not in UNPRINTABLE


def _lines(incident: Incident, letter: Letter) -> list[str]:
    by = f", declared by {one_line(letter.declared_by)}" if letter.declared_by else ""
    drill = ["This is a drill.", ""] if incident.drill else []
    room = letter.room_link or f"#{incident.room.name} (not open yet when this was sent)"
    elsewhere = ", or in PagerDuty" if letter.heard_elsewhere else ""
    return [
        *drill,
        f"{incident.name} ({incident.severity}): {one_line(incident.title)}",
        "",
        f"You are called in as the {one_line(role_words(letter.role))}.",
        f"Open since {incident.clock_began_at:%Y-%m-%d %H:%M} UTC{by}.",
        f"Room: {room}",
        *([f"Runbook that may fit: {one_line(letter.runbook)}"] if letter.runbook else []),
        "",
        f"To acknowledge, press Acknowledge on the card in the room{elsewhere}, or type in Slack:",
        f"/incident ack {incident.name}",
        "",
        "Nobody reads answers to this mail.",
        "",
    ]
