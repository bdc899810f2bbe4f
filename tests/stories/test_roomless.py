"""Incidents without a room: what must be seen, asked and pressed is in the incidents channel."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from incidentbot.core.visibility import insiders
from incidentbot.playground.faults import Failure, Fault
from incidentbot.slack import names
from tests.stories.profile_of import profile_of
from tests.stories.seen import buttons
from tests.stories.story import a_story

BREACH = ":mirror:breach:"
ROOMLESS = "severities: {P2: {room: none}}"


async def test_a_page_that_failed_has_its_retry_in_the_incidents_channel(tmp_path: Path):
    async with a_story(tmp_path, policy=profile_of(tmp_path, ROOMLESS)) as story:
        await story.slack("declare p2 minor thing")
        story.duty.faults.plan("*", Fault(Failure.STATUS, 403), times=9)
        await story.slack("page INC-1 team_lead please", by="dee")
        [failed] = [one for one in story.posted("#incidents") if names.RETRY in buttons(one)]
        assert buttons(failed) == {names.RETRY: "Retry"}

        story.duty.faults.clear()
        await story.press(failed, names.RETRY, by="dee")
        assert story.rung == ["chi"]


async def test_a_rung_that_asks_a_person_is_asked_in_the_incidents_channel(tmp_path: Path):
    async with a_story(tmp_path, policy=profile_of(tmp_path, ROOMLESS)) as story:
        await story.slack("declare p2 minor thing")
        await story.fast_forward(hours=5)

        asked = [one for one in story.posted("#incidents") if names.ESCALATE_NOW in buttons(one)]
        assert len(asked) == 1
        await story.press(asked[0], names.ESCALATE_NOW, by="dee")
        assert len(story.rung) == 1


async def test_a_pause_between_two_who_are_told_of_a_private_incident_doubles_nothing(tmp_path: Path):
    async with a_story(tmp_path) as story:
        slack = story.workspace.slack
        slack.granted_scopes.discard("groups:write")
        await story.slack("declare sev1 keys are stolen --private")
        await story.fast_forward(minutes=4)
        assert insiders(await story.incident()) == {"U0ANA", "U0DEE"}

        async def once_the_first_is_told(operation: str, body: Mapping[str, Any]) -> None:
            if BREACH in json.dumps(body.get("metadata", "")):
                slack.faults.after_apply.clear()
                slack.faults.plan(operation, Fault(Failure.STATUS, status=429, retry_after_s=30))

        slack.faults.after_apply.append(once_the_first_is_told)
        await story.fast_forward(minutes=3)

        messages, direct = slack.workspace.messages, slack.workspace.direct_message
        told = [messages(direct(user).id) for user in ("U0ANA", "U0DEE")]
        assert [sum(BREACH in json.dumps(one.metadata) for one in some) for some in told] == [1, 1]
        assert slack.faults.take("chat.postMessage") is None, "the pause was asked for"
