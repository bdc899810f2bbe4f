"""One mail over one connection to the mail server of the settings. The only user of aiosmtplib; knows no incident.

No attempt is repeated here: there is one retry policy, and it is the delivery's. Replies of the server are told by
their code alone, since their text may quote an address.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import unquote, urlsplit

import aiosmtplib

from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.settings import Settings

DEADLINE_S = 20.0
"""Connecting, greeting, logging in and handing over: shorter than the lease of an effect (30 s)."""
GOODBYE_S = 2.0
FOR_GOOD = 500
"""A reply from here on is final; from 400 it is a matter of time. Source: RFC 5321, 4.2.1."""
PORTS = {"smtp": 587, "smtps": 465}

SETTING = "INCIDENTBOT_SMTP_URL"


@dataclass(frozen=True, slots=True)
class Server:
    """Where mails are handed in. user "": without logging in. tls: from the first byte, not by STARTTLS."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False

    @classmethod
    def read(cls, url: str) -> Self:
        """From smtp://user:password@host:587 or smtps://…; what is no letter or digit stands percent-encoded."""
        parts = urlsplit(url)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        port = parts.port or PORTS[parts.scheme]
        return cls(parts.hostname or "", port, user, password, tls=parts.scheme == "smtps")


class Undelivered(GiveUp):
    """The server refused the mail: `refused` has the code for each address; `reached_others`: it took it for the rest."""

    def __init__(self, refused: Mapping[str, int], *, reached_others: bool = False) -> None:
        super().__init__("The mail server refused the mail.")
        self.refused = refused
        self.reached_others = reached_others


class SmtpLine:
    """Hands mails in. helo: the name by which the bot greets, so that none is looked up."""

    def __init__(
        self,
        server: Server,
        *,
        helo: str,
        trust: ssl.SSLContext | None = None,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self._server = server
        self._helo = helo
        self._trust = trust
        self._deadline_s = deadline_s

    async def send(self, mail: bytes, *, sender: str, to: Sequence[str]) -> None:
        """Hand it in, once. Raises TryLater (unknown where it may have been taken), GiveUp, Undelivered."""
        async with self._connected() as smtp:
            try:
                refused, _ = await smtp.sendmail(sender, list(to), mail)
            except aiosmtplib.SMTPRecipientsRefused as nobody:
                raise _taken_for_nobody({one.recipient: one.code for one in nobody.recipients}) from nobody
            except aiosmtplib.SMTPDataError as error:
                raise _taken_for_nobody(dict.fromkeys(to, error.code)) from error
        if refused:
            raise Undelivered({to: reply.code for to, reply in refused.items()}, reached_others=True)

    async def check(self) -> None:
        """Connect, greet, encrypt and log in as for a mail, and send none. Raises TryLater, GiveUp."""
        async with self._connected():
            pass

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[aiosmtplib.SMTP]:
        smtp = self._client()
        try:
            with _told():
                async with asyncio.timeout(self._deadline_s):
                    await smtp.connect()
                    yield smtp
            await _part(smtp)
        finally:
            smtp.close()

    def _client(self) -> aiosmtplib.SMTP:
        """Encryption is used where it is offered, and demanded where a password is to be sent."""
        server = self._server
        upgrade = False if server.tls else (True if server.user else None)
        return aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password or None,
            local_hostname=self._helo,
            timeout=self._deadline_s,
            use_tls=server.tls,
            start_tls=upgrade,
            tls_context=self._trust,
        )


def _taken_for_nobody(codes: Mapping[str, int]) -> TryLater | Undelivered:
    """Where it is only a matter of time for everybody, later; else for good, for a second try would reach some twice."""
    if all(code < FOR_GOOD for code in codes.values()):
        return _later(max(codes.values()))
    return Undelivered(codes)


def _later(code: int) -> TryLater:
    return TryLater(f"The mail server asks for patience ({code}).")


@contextmanager
def _told() -> Iterator[None]:
    """The client's errors as the house's."""
    try:
        yield
    except TimeoutError as late:
        raise TryLater("The mail server did not answer in time.", unknown=True) from late
    except aiosmtplib.SMTPResponseException as refused:
        raise _refused(refused) from refused
    except aiosmtplib.SMTPServerDisconnected as cut:
        raise TryLater("The connection to the mail server broke.", unknown=True) from cut
    except ssl.SSLError as untrusted:
        raise _unencrypted(untrusted) from untrusted
    except OSError as away:  # the client's own SMTPConnectError is one
        if isinstance(away.__cause__, ssl.SSLError):
            raise _unencrypted(away.__cause__) from away
        raise TryLater(f"The mail server cannot be reached. Check {SETTING} if that lasts.") from away
    except aiosmtplib.SMTPException as lacking:
        raise GiveUp(
            "The mail server offers no encryption or no log-in, and the password is not sent without. "
            f"Check {SETTING}: smtps:// encrypts from the first byte."
        ) from lacking


def _refused(reply: aiosmtplib.SMTPResponseException) -> TryLater | GiveUp:
    if reply.code < FOR_GOOD:
        return _later(reply.code)
    if isinstance(reply, aiosmtplib.SMTPAuthenticationError):
        return GiveUp(
            f"The mail server does not take the user and the password ({reply.code}). Check {SETTING}."
        )
    if isinstance(reply, aiosmtplib.SMTPSenderRefused):
        return GiveUp(f"The mail server refuses the sender ({reply.code}). Check INCIDENTBOT_SMTP_FROM.")
    return GiveUp(f"The mail server refuses us ({reply.code}). Check {SETTING}.")


def _unencrypted(error: ssl.SSLError) -> GiveUp:
    why = "is not trusted" if isinstance(error, ssl.SSLCertVerificationError) else "could not be agreed upon"
    return GiveUp(
        f"The mail server's encryption {why}, so nothing is sent. Check its certificate and {SETTING}."
    )


def line_of(settings: Settings) -> SmtpLine | None:
    """The line to the mail server of the settings, None where none is set."""
    url = settings.smtp_url.get_secret_value()
    return SmtpLine(Server.read(url), helo=settings.smtp_from.rpartition("@")[2]) if url else None


async def _part(smtp: aiosmtplib.SMTP) -> None:
    """Say goodbye; a server that does not answer that has the mail all the same."""
    with suppress(aiosmtplib.SMTPException, TimeoutError, OSError):
        async with asyncio.timeout(GOODBYE_S):
            await smtp.quit()
