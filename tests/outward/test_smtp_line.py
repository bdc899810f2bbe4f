"""The line to the mail server: encryption where it is offered, a password never without, and each trouble in its family."""

import socket

import pytest

from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.outward.smtp import Server, SmtpLine, Undelivered
from tests.outward.mailbox import PASSWORD, USER, Mailbox, trusting

ANA, BO = "ana@example.com", "bo@example.com"


def line_to(mailbox: Mailbox, *, trusted: bool = True, deadline_s: float = 5.0) -> SmtpLine:
    return SmtpLine(
        Server.read(mailbox.url),
        helo="bot.example.com",
        trust=trusting() if trusted else None,
        deadline_s=deadline_s,
    )


async def send(line: SmtpLine, *to: str) -> None:
    await line.send(b"Subject: hello\r\n\r\nthere\r\n", sender="bot@example.com", to=to or (ANA,))


def test_an_address_tells_host_port_user_and_password_and_hides_the_last():
    server = Server.read("smtp://bot%40example.com:s3cret%2Fwith%3Amarks@mail.example.com")

    assert (server.host, server.port, server.user, server.password) == (
        "mail.example.com",
        587,
        USER,
        PASSWORD,
    )
    assert not server.tls
    assert PASSWORD not in repr(server)
    assert Server.read("smtps://mail.example.com").port == 465


@pytest.mark.parametrize(
    ("tls", "password"),
    [("", ""), ("starttls", ""), ("starttls", PASSWORD), ("smtps", ""), ("smtps", PASSWORD)],
)
async def test_a_mail_is_handed_in_encrypted_where_that_is_offered(tls: str, password: str):
    async with Mailbox(tls, password) as mailbox:
        await send(line_to(mailbox))

        (received,) = mailbox.received
        assert (received.sender, received.to) == ("bot@example.com", (ANA,))


async def test_a_password_is_not_sent_where_no_encryption_is_offered():
    async with Mailbox("", PASSWORD) as mailbox:
        with pytest.raises(GiveUp, match="offers no encryption or no log-in"):
            await send(line_to(mailbox))

        assert mailbox.commands == []


@pytest.mark.parametrize("tls", ["starttls", "smtps"])
async def test_a_certificate_that_nobody_vouches_for_is_refused_and_nothing_is_sent(tls: str):
    async with Mailbox(tls) as mailbox:
        with pytest.raises(GiveUp, match="encryption is not trusted"):
            await send(line_to(mailbox, trusted=False))

        assert mailbox.received == []


async def test_a_wrong_password_names_the_setting_and_not_the_password():
    async with Mailbox("starttls", "another") as mailbox:
        with pytest.raises(GiveUp) as refused:
            await line_to(mailbox).check()

    assert refused.value.reason == (
        "The mail server does not take the user and the password (535). Check INCIDENTBOT_SMTP_URL."
    )


async def test_a_check_logs_in_and_sends_nothing():
    async with Mailbox("starttls", PASSWORD) as mailbox:
        await line_to(mailbox).check()

        assert (mailbox.connections, mailbox.commands) == (1, [])


@pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
async def test_a_reply_that_asks_for_patience_means_later(command: str):
    async with Mailbox() as mailbox:
        mailbox.plan(command, f"451 4.7.1 {ANA} is greylisted")
        with pytest.raises(TryLater) as later:
            await send(line_to(mailbox))

        assert later.value.reason == "The mail server asks for patience (451)."
        assert not later.value.unknown


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
async def test_a_mail_that_is_refused_for_good_tells_the_code_and_not_the_words(command: str):
    async with Mailbox() as mailbox:
        mailbox.plan(command, f"550 5.1.1 no {ANA} here")
        with pytest.raises(Undelivered) as refused:
            await send(line_to(mailbox))

        assert refused.value.refused == {ANA: 550}
        assert not refused.value.reached_others
        assert ANA not in refused.value.reason


async def test_one_addressee_who_is_refused_keeps_the_mail_from_no_other():
    async with Mailbox() as mailbox:
        mailbox.plan(f"RCPT {BO}", "550 no such user")
        with pytest.raises(Undelivered) as refused:
            await send(line_to(mailbox), ANA, BO)

        assert refused.value.refused == {BO: 550}
        assert refused.value.reached_others
        assert [one.to for one in mailbox.received] == [(ANA,)]


async def test_a_sender_who_is_refused_is_named_by_the_setting():
    async with Mailbox() as mailbox:
        mailbox.plan("MAIL", "553 not yours")
        with pytest.raises(GiveUp, match=r"refuses the sender \(553\). Check INCIDENTBOT_SMTP_FROM."):
            await send(line_to(mailbox))


@pytest.mark.parametrize("command", ["RCPT", "DATA"])
async def test_a_server_that_hangs_is_left_at_the_deadline_with_the_outcome_unknown(command: str):
    async with Mailbox() as mailbox:
        mailbox.plan(command, "hang")
        with pytest.raises(TryLater, match="did not answer in time") as later:
            await send(line_to(mailbox, deadline_s=0.3))

    assert later.value.unknown


async def test_a_connection_that_breaks_after_the_mail_was_taken_is_unknown():
    async with Mailbox() as mailbox:
        mailbox.plan("DATA", "lost")
        with pytest.raises(TryLater, match="broke") as later:
            await send(line_to(mailbox))

    assert later.value.unknown


async def test_a_server_that_is_not_there_means_later():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    line = SmtpLine(Server.read(f"smtp://127.0.0.1:{port}"), helo="bot.example.com")

    with pytest.raises(TryLater, match="cannot be reached") as later:
        await send(line)

    assert not later.value.unknown
