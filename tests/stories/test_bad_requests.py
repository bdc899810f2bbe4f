"""Requests that Slack never sent, or sent before; and a house that cannot start, which says why in one sentence."""

from pathlib import Path
from urllib.parse import urlencode

import aiohttp
import pytest

from incidentbot.core.refusals import Refused
from incidentbot.flows.values import ListFilter
from incidentbot.playground.slack.delivering import payloads
from tests.stories.story import Story, a_story

FORM = "application/x-www-form-urlencoded"


def a_request(story: Story, text: str) -> tuple[str, dict[str, str]]:
    """A slash command as Slack would post it, and its signed headers."""
    slack = story.workspace.slack
    dee, general = slack.workspace.person("dee"), slack.workspace.channel("general")
    links = {
        "trigger_id": slack.triggers.give(dee.id),
        "response_url": slack.response_urls.give(dee.id, general.id),
    }
    body = urlencode(payloads.command(dee, general, name="/incident", text=text, links=links))
    return body, {**slack.http._signed(body), "Content-Type": FORM}


async def post(story: Story, body: str, headers: dict[str, str]) -> tuple[int, str]:
    """Post it to the bot's door."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(story.workspace.slack.http.url, data=body.encode(), headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def stored(story: Story) -> int:
    """How many incidents there are."""
    await story.settled()
    return len(await story.house.store.incidents(only=ListFilter("all")))


async def test_a_forged_signature_is_turned_away_and_nothing_is_stored(tmp_path: Path):
    async with a_story(tmp_path, http=True) as story:
        body, headers = a_request(story, "declare sev1 checkout is down")
        forged = {**headers, "X-Slack-Signature": "v0=" + "0" * 64}
        unsigned = {"Content-Type": FORM}
        altered = body.replace("checkout", "the+bank")

        assert (await post(story, body, forged))[0] == 401
        assert (await post(story, body, unsigned))[0] == 401
        assert (await post(story, altered, headers))[0] == 401
        story.workspace.slack.http.clock_skew_s = -600
        assert (await post(story, *a_request(story, "declare sev1 checkout is down")))[0] == 401
        assert await stored(story) == 0
        assert story.rung == []


async def test_a_genuine_request_that_comes_again_is_answered_as_before_and_done_once(tmp_path: Path):
    async with a_story(tmp_path, http=True) as story:
        body, headers = a_request(story, "declare sev1 checkout is down")
        first = await post(story, body, headers)
        await story.fast_forward(minutes=3)
        again = await post(story, body, headers)

        assert first == again
        assert first[0] == 200
        assert await stored(story) == 1
        assert story.rung == ["ana"]


async def test_without_a_signing_secret_there_is_no_door_to_knock_at(tmp_path: Path):
    async with a_story(tmp_path) as story:
        story.workspace.slack.http.url = f"{story.house.local_url}/slack/events"
        body, headers = a_request(story, "declare sev1 checkout is down")

        assert (await post(story, body, headers))[0] == 404
        story.workspace.slack.http.url = ""


@pytest.mark.parametrize(
    ("wiring", "sentence"),
    [
        ({"SLACK_BOT_TOKEN": ""}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_APP_TOKEN": ""}, "Slack cannot be heard: set SLACK_APP_TOKEN"),
        ({"PAGERDUTY_FROM_EMAIL": ""}, "PAGERDUTY_API_TOKEN needs PAGERDUTY_FROM_EMAIL"),
        ({"SLACK_BOT_TOKEN": "xoxb-of-another-workspace"}, "Slack does not know the bot's token."),
        ({"INCIDENTBOT_POLICY": "im-chatt"}, "im-chatt"),
        ({"INCIDENTBOT_TEAM": "/nowhere/team.yaml"}, "cannot be read. Check INCIDENTBOT_TEAM."),
    ],
)
async def test_a_house_that_cannot_start_says_why_in_one_sentence(
    tmp_path: Path, wiring: dict[str, str], sentence: str
):
    with pytest.raises(Refused) as refused:
        async with a_story(tmp_path, wiring=wiring):
            pass

    assert sentence in refused.value.sentence
    assert "\n" not in refused.value.sentence


async def test_a_profile_with_a_word_nobody_knows_is_refused_at_the_start_with_the_line_and_the_nearest_word(
    tmp_path: Path,
):
    file = tmp_path / "ours.yaml"
    file.write_text("schema: 1\nid: ours\ntitle: Ours\nextends: im-chat\nseverites: {}\n", encoding="utf-8")

    with pytest.raises(Refused) as refused:
        async with a_story(tmp_path, policy=str(file)):
            pass

    assert refused.value.sentence.startswith(
        'ours.yaml line 5, severites: Unknown key "severites". Did you mean "severities"?'
    )
    assert "\n" not in refused.value.sentence


async def test_an_empty_folder_of_runbooks_is_said_to_whoever_asks_and_stops_nothing_else(tmp_path: Path):
    empty = tmp_path / "books"
    empty.mkdir()
    async with a_story(tmp_path, wiring={"INCIDENTBOT_RUNBOOKS": str(empty)}) as story:
        await story.slack("declare sev1 checkout is down")

        answer = (await story.room("runbook database")).text or ""
        assert answer.startswith(
            "The folder of runbooks holds no runbooks. Whoever runs me reads where it should be"
        )
        assert str(empty) not in answer
        assert (await story.room("ack")).text == "You have INC-1. Escalation stops."
