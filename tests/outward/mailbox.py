"""A real mail server on loopback: it keeps what it takes, and refuses, waits or hangs as it is told."""

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Self, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword

from tests.outward.certificate import certificate

USER, PASSWORD = "bot@example.com", "s3cret/with:marks"
TAKEN = "250 OK"

Hook = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Received:
    """A mail that was taken."""

    sender: str
    to: tuple[str, ...]
    raw: bytes

    @property
    def mail(self) -> EmailMessage:
        return cast("EmailMessage", message_from_bytes(self.raw, policy=default))

    @property
    def body(self) -> str:
        return str(self.mail.get_content())


@dataclass
class Mailbox:
    """Use it as `async with Mailbox() as mailbox`. tls: "", "starttls" or "smtps"; with a password it wants one.

    replies: for RCPT (also `RCPT <address>`) and DATA, what is answered next instead of taking it; "hang" answers never.
    before and after are told of each command that changes something: DATA.
    """

    tls: str = ""
    password: str = ""
    received: list[Received] = field(default_factory=list)
    replies: dict[str, deque[str]] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    before: list[Hook] = field(default_factory=list)
    after: list[Hook] = field(default_factory=list)
    connections: int = 0

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        encrypted = _context() if self.tls == "smtps" else None
        self._never = asyncio.Event()
        self._open: list[_Careful] = []
        self._server = await loop.create_server(self._session, "127.0.0.1", 0, ssl=encrypted)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._never.set()
        self._server.close()
        for one in self._open:
            if one.transport is not None:
                one.transport.abort()
        await self._server.wait_closed()

    @property
    def url(self) -> str:
        port = self._server.sockets[0].getsockname()[1]
        login = "bot%40example.com:s3cret%2Fwith%3Amarks@" if self.password else ""
        return f"{'smtps' if self.tls == 'smtps' else 'smtp'}://{login}127.0.0.1:{port}"

    def plan(self, command: str, *replies: str) -> None:
        """What is answered to the next commands of this name."""
        self.replies.setdefault(command, deque()).extend(replies)

    def _session(self) -> SMTP:
        self.connections += 1
        wanted: dict[str, Any] = {}
        if self.password:
            wanted = {"authenticator": self._knows, "auth_require_tls": self.tls == "starttls"}
        context = _context() if self.tls == "starttls" else None
        one = _Careful(self, hostname="mail.example.com", tls_context=context, **wanted)
        self._open.append(one)
        return one

    def _knows(self, _: object, __: object, ___: object, ____: str, given: object) -> AuthResult:
        right = LoginPassword(USER.encode(), self.password.encode())
        return AuthResult(success=given == right, handled=False)

    async def _answer(self, *names: str) -> str:
        planned = next((self.replies[name] for name in names if self.replies.get(name)), None)
        reply = planned.popleft() if planned else TAKEN
        if reply == "hang":
            await self._never.wait()
        return reply

    # What aiosmtpd asks of a handler.

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's own name
        self, _: SMTP, __: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self._answer("MAIL")
        if reply == TAKEN:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return reply

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, _: SMTP, __: object, envelope: Envelope, address: str, ___: list[str]
    ) -> str:
        self.commands.append("RCPT")
        reply = await self._answer(f"RCPT {address}", "RCPT")
        if reply == TAKEN:
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, _: object, envelope: Envelope) -> str:  # noqa: N802
        self.commands.append("DATA")
        for hook in self.before:
            await hook("DATA")
        reply = await self._answer("DATA")
        if reply in {TAKEN, "lost"}:
            sender, raw = str(envelope.mail_from), cast("bytes", envelope.content)
            self.received.append(Received(sender, tuple(envelope.rcpt_tos), raw))
            for hook in self.after:
                await hook("DATA")
        if reply == "lost" and server.transport is not None:
            server.transport.abort()
        return reply


class _Careful(SMTP):
    """aiosmtpd's session, quiet about a connection that is gone."""

    def connection_lost(self, _: Exception | None) -> None:
        super().connection_lost(None)


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate())
    return context


def trusting() -> ssl.SSLContext:
    """A client's context that trusts the loopback certificate and no other."""
    return ssl.create_default_context(cafile=str(certificate()))
