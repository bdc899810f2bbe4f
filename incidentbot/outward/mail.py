"""Mails whoever is on call for a role that is called. Decides nothing, and keeps no address: only ids and hashes."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from email.errors import HeaderParseError

from incidentbot.core.answers import MailSent
from incidentbot.core.effects import SendMail
from incidentbot.core.incident import Incident
from incidentbot.core.ladders.summons import is_moot
from incidentbot.core.refusals import GiveUp, Refused
from incidentbot.core.text.words import role_words
from incidentbot.flows.ports import Claimed, Runbooks
from incidentbot.flows.values import Addressee
from incidentbot.outward.mail_text import Letter, compose, message_id
from incidentbot.outward.smtp import SmtpLine, Undelivered, line_of
from incidentbot.settings import Settings

HASH_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Known:
    """What the mail asks of the house.

    addressees: whoever has a role at this moment. name_of: a Slack user's name, "" where it cannot be known.
    room_link: the https address of a channel, "" where none is known. answers_elsewhere: acks in PagerDuty are heard.
    """

    addressees: Callable[[str], tuple[Addressee, ...]]
    name_of: Callable[[str], Awaitable[str]]
    room_link: Callable[[str], str]
    books: Runbooks
    answers_elsewhere: bool


class Mailer:
    """Tells SendMail. sender: the address that mails come from."""

    def __init__(self, line: SmtpLine, sender: str, known: Known) -> None:
        self._line = line
        self._sender = sender
        self._known = known

    async def tell(self, incident: Incident, claimed: Claimed) -> MailSent | None:
        """Hand the mail in; see Teller. None where nobody wants it any more. Raises TryLater, GiveUp.

        SMTP cannot be asked what became of a mail: after an unknown outcome the same one is sent again, by the same
        Message-ID and date.
        """
        effect = claimed.effect
        if not isinstance(effect, SendMail):
            raise TypeError(f"The mailer cannot tell {type(effect).__name__}")
        summons = incident.summons.get(effect.summons)
        if summons is None or is_moot(incident, summons):
            return None
        to = self._known.addressees(effect.role)
        if not to:
            raise GiveUp(
                f"No address is known of the {role_words(effect.role)}. "
                "Write it into the team file as `email`, start me anew, then press Retry."
            )
        await self._send(incident, claimed, effect, to)
        return MailSent(summons.key, tuple((one.user, _digest(incident, one.address)) for one in to))

    async def _send(
        self, incident: Incident, claimed: Claimed, effect: SendMail, to: tuple[Addressee, ...]
    ) -> None:
        letter = await self._letter(incident, claimed, effect, to)
        try:
            mail = compose(incident, letter)
            await self._line.send(mail, sender=self._sender, to=[one.address for one in to])
        except (ValueError, HeaderParseError) as error:
            raise GiveUp(
                f"An address of the {role_words(effect.role)} is none that mail servers take. Mend it in the team file."
            ) from error
        except Undelivered as refused:
            raise GiveUp(_who_is_missing(effect.role, refused, to)) from refused

    async def _letter(
        self, incident: Incident, claimed: Claimed, effect: SendMail, to: tuple[Addressee, ...]
    ) -> Letter:
        channel = incident.room.channel
        return Letter(
            role=effect.role,
            sender=self._sender,
            to=to,
            message_id=message_id(incident, effect.key, self._sender),
            sent_at=claimed.first_tried_at,
            declared_by=await self._declarer(incident),
            room_link=self._known.room_link(channel) if channel else "",
            runbook=self._runbook(incident),
            heard_elsewhere=self._known.answers_elsewhere,
        )

    async def _declarer(self, incident: Incident) -> str:
        """The name of whoever declared it, or what did."""
        by = incident.declared_by
        return await self._known.name_of(by) if by else incident.declared_via

    def _runbook(self, incident: Incident) -> str:
        """The title of the one that fits best; a list of all, which is given where none does, has no reasons."""
        try:
            found = self._known.books.find("", incident)
        except Refused:
            return ""
        return next((match.title for match in found if match.reason), "")


def open_mailer(settings: Settings, known: Known) -> Mailer | None:
    """The mailer of these settings, None where no mail server is set."""
    line = line_of(settings)
    return Mailer(line, settings.smtp_from, known) if line else None


def _digest(incident: Incident, address: str) -> str:
    """By which somebody who knows an address can tell that it was written to, and nobody can read it."""
    return hashlib.sha256(f"{incident.id}:{address.casefold()}".encode()).hexdigest()[:HASH_LENGTH]


def _who_is_missing(role: str, refused: Undelivered, to: tuple[Addressee, ...]) -> str:
    codes = ", ".join(sorted({str(code) for code in refused.refused.values()}))
    if not refused.reached_others:
        return f"The mail to the {role_words(role)} was refused ({codes})."
    names = [one.named for one in to if one.address in refused.refused]
    return f"The mail to {', '.join(names)} was refused ({codes}); the others have it."
