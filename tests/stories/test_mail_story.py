"""Mail on the whole house: whoever is called gets one, each once, and no address is left anywhere."""

import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from incidentbot.core.facts import FactKind
from incidentbot.slack import names
from tests.outward.mailbox import Mailbox
from tests.stories.profiles import team_file
from tests.stories.seen import words
from tests.stories.story import Story, a_story
from tests.stories.test_secrets import draft, everything_kept, logged

__all__ = ["logged"]

PATIENCE = "The mail server asks for patience (450)."
ADDRESSES = tuple(f"{name}@example.com" for name in ("ana", "bo", "chi", "dee", "eli"))


@asynccontextmanager
async def a_mail_story(
    folder: Path, mailbox: Mailbox, *, policy: str = "im-chat", paging: str = "rest"
) -> AsyncIterator[Story]:
    """A story in a house with a mail server."""
    mail = {"INCIDENTBOT_SMTP_URL": mailbox.url, "INCIDENTBOT_SMTP_FROM": "incidents@example.com"}
    team = {"INCIDENTBOT_TEAM": str(team_file(folder, policy))}
    async with a_story(folder, policy=policy, paging=paging, wiring=mail | team) as story:
        yield story


async def test_a_p0_mails_whoever_is_paged_at_once_and_on_each_rung_until_somebody_has_it(tmp_path: Path):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        await story.slack("declare sev1 checkout is down")

        (first,) = mailbox.received
        assert (first.sender, first.to) == ("incidents@example.com", ("ana@example.com",))
        assert first.mail["Subject"] == "[P0] INC-1: checkout is down"
        assert f"/archives/{await story.room_id()}" in first.body
        assert "Room: https://" in first.body
        assert "declared by Dee" in first.body
        assert "Runbook that may fit: " in first.body
        assert story.rung == ["ana"]

        await story.fast_forward(minutes=15)
        assert [one.to for one in mailbox.received] == [("ana@example.com",), ("bo@example.com",)]
        await story.slack("ack INC-1", by="bo")
        await story.fast_forward(hours=2)

        assert len(mailbox.received) == 2
        assert await story.told(FactKind.MAILED) == [
            "A mail went to the on-call primary (<@U0ANA>).",
            "A mail went to the on-call secondary (<@U0BO>).",
        ]


@pytest.mark.parametrize(
    ("policy", "severity", "mails"),
    [
        ("im-chat", "sev1", 1),
        ("im-chat", "sev2", 0),
        ("im-chat", "sev3", 0),
        ("boat-listing", "sev1", 1),
        ("boat-listing", "sev2", 1),
        ("missing-table", "p0", 1),
        ("missing-table", "p1", 1),
        ("missing-table", "p2", 1),
        ("default", "sev1", 0),
    ],
)
async def test_a_level_mails_where_it_lists_email_and_only_there(
    tmp_path: Path, policy: str, severity: str, mails: int
):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox, policy=policy) as story:
        await story.slack(f"declare {severity} checkout is down")

        assert [one.to for one in mailbox.received] == [("ana@example.com",)] * mails


async def test_whoever_has_the_shift_at_that_moment_is_written_to_at_the_address_pagerduty_has(
    tmp_path: Path,
):
    team = tmp_path / "shift.yaml"
    team.write_text(
        "schema: 1\npagerduty: {service: PSVC001}\nroles:\n"
        "  on_call_primary: {slack: [U0ANA], pagerduty: {schedule: PSCHED1}}\n",
        encoding="utf-8",
    )
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        story.settings = story.settings.model_copy(update={"team": team})
        story.workspace.pagerduty.account.put_on_call(
            "PSCHED1", [story.workspace.pagerduty.account.users["PUCHI"]]
        )
        await story.restart()
        await story.slack("declare sev1 checkout is down")

        assert [one.to for one in mailbox.received] == [("chi@example.com",)]


async def test_a_drill_and_a_quiet_declaration(tmp_path: Path):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        await story.slack("declare sev1 just looking --no-page")
        assert mailbox.received == []
        await story.slack("declare sev1 trying --drill --page")

        (one,) = mailbox.received
        assert one.mail["Subject"] == "DRILL [P0] INC-2: trying"


async def test_a_typed_title_reaches_the_mail_as_one_line(tmp_path: Path):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        await story.slack("declare sev1 <!channel>\r\nBcc: eve@evil.example 🔥 הקופה")

        (one,) = mailbox.received
        assert one.to == ("ana@example.com",)
        assert "Bcc" not in one.mail
        assert "🔥 הקופה" in one.mail["Subject"]


async def test_a_server_that_asks_for_patience_gets_the_mail_later_and_once(tmp_path: Path):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        mailbox.plan("RCPT", *["450 4.2.0 greylisted"] * 6)
        await story.slack("declare sev1 checkout is down")
        assert (mailbox.received, story.rung) == ([], ["ana"])
        await story.fast_forward(minutes=2)

        assert len(mailbox.received) == 1
        said = [line for line in await story.said() if "Mailing" in line]
        assert said == [
            f":warning: Mailing the on-call primary did not work: {PATIENCE} Still trying.",
            "Mailing the on-call primary has worked after all.",
        ]


async def test_a_mail_that_is_refused_is_a_line_with_retry_that_sends_it_once_it_is_taken(tmp_path: Path):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        mailbox.plan("RCPT", "550 5.1.1 <ana@example.com>: no such user")
        await story.slack("declare sev1 checkout is down")
        line = story.newest(await story.room_id(), names.RETRY)
        assert line.text == (
            ":warning: Mailing the on-call primary did not work: "
            "The mail to the on-call primary was refused (550)."
        )
        assert "The mail to the on-call primary was refused (550)." in words(await story.card())

        await story.press(line, names.RETRY, by="dee")
        assert [one.to for one in mailbox.received] == [("ana@example.com",)]
        assert (await story.incident()).failures == {}


async def test_an_ack_before_the_mail_has_left_keeps_it_back(tmp_path: Path):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        mailbox.plan("RCPT", *["450 wait"] * 9)
        await story.slack("declare sev1 checkout is down")
        await story.slack("ack INC-1", by="ana")
        mailbox.replies.clear()
        await story.fast_forward(hours=1)

        assert mailbox.received == []
        assert (await story.incident()).failures == {}


async def test_a_restart_in_the_middle_sends_what_waited_and_repeats_nothing_that_was_taken(tmp_path: Path):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        mailbox.plan("DATA", "451 later")
        await story.slack("declare sev1 checkout is down")
        assert mailbox.received == []
        await story.restart()
        await story.fast_forward(minutes=1)
        assert len(mailbox.received) == 1
        await story.restart()
        await story.fast_forward(minutes=1)

        assert len(mailbox.received) == 1


async def test_a_mail_whose_taking_was_not_heard_is_the_same_mail_again(tmp_path: Path):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        mailbox.plan("DATA", "lost")
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(seconds=10)

        first, second = mailbox.received
        assert first.mail["Message-ID"] == second.mail["Message-ID"]
        assert first.raw == second.raw
        assert len(await story.told(FactKind.MAILED)) == 1


async def test_without_a_mail_server_the_card_says_that_mail_is_not_connected(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")

        assert ":no_bell: Not connected yet: email." in words(await story.card())
        assert (await story.incident()).failures == {}


async def test_a_raised_severity_mails_and_a_lowered_one_keeps_back_what_has_not_left(tmp_path: Path):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        await story.slack("declare sev3 checkout is slow")
        await story.slack("severity p0 INC-1")
        assert [one.mail["Subject"] for one in mailbox.received] == ["[P0] INC-1: checkout is slow"]

        mailbox.plan("RCPT", *["450 wait"] * 3)
        await story.slack("declare sev1 search is down")
        await story.slack("severity p2 INC-2")
        await story.slack("ack INC-1")
        await story.fast_forward(minutes=30)

        assert len(mailbox.received) == 1


async def test_with_a_room_that_does_not_come_the_mail_leaves_all_the_same(tmp_path: Path):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        story.workspace.slack.granted_scopes.difference_update(
            {"channels:manage", "channels:join", "chat:write"}
        )
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(minutes=1)

        assert [one.to for one in mailbox.received] == [("ana@example.com",)]
        assert "not open yet when this was sent" in mailbox.received[0].body


async def test_no_address_is_in_a_log_line_a_row_or_the_draft(tmp_path: Path, logged: io.StringIO):
    async with Mailbox() as mailbox, a_mail_story(tmp_path, mailbox) as story:
        mailbox.plan("RCPT", "450 <ana@example.com> wait", "550 <ana@example.com> is unknown")
        await story.slack("declare sev1 checkout is down")
        await story.fast_forward(minutes=15)
        written = await draft(story)
        facts = [one.fact for one in await story.facts() if one.fact.kind is FactKind.MAILED]
        await story.close()

    assert [one.to for one in mailbox.received] == [("bo@example.com",)]
    assert [fact.data["to"].split(":")[0] for fact in facts] == ["U0BO"]
    assert len(logged.getvalue().splitlines()) > 3
    everything = (everything_kept(tmp_path / "incidentbot.db"), written, logged.getvalue())
    assert [address for address in ADDRESSES for text in everything if address in text] == []
