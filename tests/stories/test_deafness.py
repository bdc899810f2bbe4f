"""Slack's sockets are away for minutes: the house complains once, goes on paging, and tells the end once."""

from datetime import timedelta
from pathlib import Path

from incidentbot.playground.slack.delivering.socket_mode import SocketMode
from tests.stories.story import Story, a_story


async def look(story: Story) -> None:
    await story.house.audit.round()
    await story.workspace.pagerduty.settled()


def lines(story: Story) -> list[str]:
    return [one.text for one in story.posted("#ops-team")]


def rings(story: Story) -> list[str]:
    return [ring.summary for ring in story.workspace.pagerduty.phone.rings]


def state(story: Story) -> str:
    """Of PagerDuty's incident behind the last ring."""
    incident = story.duty.incidents.find(story.duty.phone.rings[-1].incident_id)
    assert incident is not None
    return incident.status.value


async def test_sockets_that_stay_away_are_complained_of_once_and_so_is_their_end(tmp_path: Path):
    async with a_story(tmp_path) as story:
        sockets: SocketMode = story.workspace.slack.sockets
        await look(story)
        sockets.refuse_sockets = True
        sockets.drop_sockets()
        await sockets.watch.until(lambda: sockets.tried >= 2, 20)
        for _ in range(5):
            story.clock.skip(timedelta(seconds=61))
            await look(story)

        complaint = "Slack cannot reach me for 3 min"
        assert [line.split(".")[0] for line in lines(story)] == [f":warning: {complaint}"]
        assert rings(story) == [f"incidentbot: {complaint}"]

        sockets.refuse_sockets = False
        await story.workspace.slack.wait_connected(30)
        await story.slack("list")
        for _ in range(2):
            await look(story)
        assert [line.split(".")[0] for line in lines(story)[1:]] == [
            ":white_check_mark: Mended after 5 min 5 s"
        ]
        assert (len(rings(story)), state(story)) == (1, "resolved")
