"""What a level lists is connected or named: the number to call, the loudness of an event, and what `doctor` finds."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from incidentbot.doctor import check_connections
from incidentbot.policies.check import check
from incidentbot.policies.loader import load
from incidentbot.slack.doctor import Finding
from tests.outward.mailbox import Mailbox
from tests.stories.seen import words
from tests.stories.story import Story, a_story

NUMBER = "+1-555-0100-200"
NOBODY_ANSWERS = f":telephone_receiver: If nobody answers, call {NUMBER}."


def profile(folder: Path, *, number: str = NUMBER, notify: str = "[pagerduty, slack, phone]") -> Path:
    """A profile whose P2 lists what is asked for."""
    file = folder / "loud.yaml"
    file.write_text(
        "schema: 1\nid: loud\ntitle: Loud\nextends: default\n"
        f"severities: {{P2: {{notify: {notify}}}}}\n"
        + (f"contacts: {{phone: '{number}'}}\n" if number else ""),
        encoding="utf-8",
    )
    return file


async def test_the_number_stands_on_the_card_until_somebody_answers(tmp_path: Path):
    async with a_story(tmp_path, policy=str(profile(tmp_path))) as story:
        await story.slack("declare sev3 search is slow")
        assert NOBODY_ANSWERS in words(await story.card())
        await story.slack("ack INC-1", by="bo")
        assert ":telephone_receiver:" not in words(await story.card())

        await story.slack("declare sev1 checkout is down")
        assert ":telephone_receiver:" not in words(await story.card(2))


async def test_a_number_that_is_a_placeholder_is_no_number_to_call(tmp_path: Path):
    async with a_story(tmp_path) as story:
        await story.slack("declare sev1 checkout is down")

        shown = words(await story.card())
        assert (
            ":telephone_receiver: No number to call: the profile gives none under `contacts.phone`." in shown
        )
        assert "XXX" not in shown


def test_a_placeholder_and_a_missing_number_are_named_by_the_check(tmp_path: Path):
    found = {finding.where: finding.message for finding in check(load("im-chat"))}
    assert found["contacts.phone"] == '"+1-XXX-XXX-XXXX" is a placeholder.'
    assert "INCIDENTBOT_SMTP_URL" in found["severities.*.notify email"]

    without = {finding.where: finding.message for finding in check(load(profile(tmp_path, number="")))}
    assert without["contacts.phone"] == "A level lists `phone`, and no number is given to call by voice."


@pytest.mark.parametrize(
    ("notify", "severity"), [("[pagerduty, slack, phone]", "critical"), ("[pagerduty, slack]", "warning")]
)
async def test_an_event_is_critical_where_the_level_asks_for_a_phone(
    tmp_path: Path, notify: str, severity: str
):
    loud = str(profile(tmp_path, notify=notify))
    async with a_story(tmp_path, policy=loud, paging="events") as story:
        await story.slack("declare sev3 search is slow")

        (sent,) = [call for call in story.workspace.pagerduty.calls if call.operation == "enqueue.trigger"]
        assert sent.body["payload"]["severity"] == severity


@pytest.mark.parametrize("notify", ["[pagerduty, slack, phone]", "[pagerduty, slack]"])
async def test_a_page_by_rest_is_of_high_urgency_whatever_the_level_lists(tmp_path: Path, notify: str):
    async with a_story(tmp_path, policy=str(profile(tmp_path, notify=notify))) as story:
        await story.slack("declare sev3 search is slow")

        assert [one.urgency for one in story.workspace.pagerduty.incidents] == ["high"]


async def examined(story: Story, **settings: object) -> Sequence[Finding]:
    return await check_connections(story.settings.of({**story.settings.model_dump(), **settings}))


async def test_the_doctor_greets_the_mail_server_and_sends_nothing(tmp_path: Path):
    async with Mailbox() as mailbox, a_story(tmp_path) as story:
        mail = {"smtp_url": mailbox.url, "smtp_from": "incidents@example.com"}
        found = {one.what: one for one in await examined(story, **mail)}

        assert found["mail"].ok
        assert mailbox.connections == 1
        assert mailbox.commands == []
        assert "notifier email" not in found


async def test_the_doctor_names_a_mail_server_that_is_not_there_and_one_that_is_not_set(tmp_path: Path):
    async with Mailbox() as mailbox:
        gone = mailbox.url
    async with a_story(tmp_path) as story:
        away = {one.what: one for one in await examined(story, smtp_url=gone, smtp_from="a@example.com")}
        assert (away["mail"].ok, away["mail"].sentence) == (
            False,
            "The mail server cannot be reached. Check INCIDENTBOT_SMTP_URL if that lasts.",
        )
        real = {
            "slack_api_url": "https://slack.example.com/api/",
            "slack_bot_token": "",
            "slack_app_token": "",
        }
        unset = {one.what: one for one in await examined(story, **real)}
        sentence = "im-chat lists it: no mail is sent without INCIDENTBOT_SMTP_URL and INCIDENTBOT_SMTP_FROM."
        assert (unset["notifier email"].ok, unset["notifier email"].sentence) == (False, sentence)
