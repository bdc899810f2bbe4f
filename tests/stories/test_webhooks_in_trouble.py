"""PagerDuty's webhooks when things go wrong: not ours, not readable, told while no bot ran. Nothing is lost in silence."""

import json
from datetime import timedelta
from pathlib import Path

from incidentbot.clock import new_id
from incidentbot.core.facts import FactKind
from incidentbot.core.incident import Status
from incidentbot.core.policy import State
from incidentbot.flows.pager_events import PagerEvent
from incidentbot.store.engines.engine import open_store
from tests.stories.story import Story, a_story

LINE = "declare sev1 checkout is down"


async def test_what_is_told_of_other_incidents_of_the_account_is_passed_over(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        before = await story.told()
        body = json.dumps({"agent": None, "client": None, "data": {"id": "QOTHER", "type": "incident"}})
        at = story.clock.now()
        events = story.house.store.pager_events
        await events.keep(PagerEvent(new_id(), "", "incident.resolved", "QOTHER", at, body))
        await story.settled()

        assert await story.told() == before
        assert await story.house.answers.problem() == ""


async def test_what_cannot_be_read_is_said_in_the_room_and_to_health(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        events, at = story.house.store.pager_events, story.clock.now()
        for kind in ("incident.escalated", "incident.annotated"):
            event = PagerEvent(new_id(), "", kind, story.theirs.id, at, json.dumps({"data": {}}))
            await events.keep(event)
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.settled()

        told = await story.told(FactKind.NOT_UNDERSTOOD)
        assert len(told) == 2
        assert "incident.annotated: content is no text" in " ".join(told)
        assert await story.house.answers.notice() == (
            "2 of PagerDuty's webhooks could not be read; look there."
        )
        assert (await story.incident()).reached(State.ACKNOWLEDGED), "what comes after it is heard"


async def _told_while_away(story: Story, folder: Path) -> None:
    """What the door had kept when the process died, before anything was heard of it."""
    deliveries = story.duty.webhooks.deliveries
    async with open_store(f"sqlite:///{folder / 'incidentbot.db'}", story.clock) as store:
        for one in deliveries:
            raw = json.loads(one.body)["event"]
            body = json.dumps({key: raw[key] for key in ("agent", "client", "data")})
            event = PagerEvent(
                raw["id"], one.webhook_id, one.event_type, one.resource, story.clock.now(), body
            )
            await store.pager_events.keep(event)


async def test_what_was_kept_before_a_kill_is_heard_after_the_start(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        await story.close()
        story.duty.webhooks.deliveries.clear()
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await _told_while_away(story, tmp_path)
        story.clock.skip(timedelta(minutes=1))
        await story.open()
        await story.settled()

        assert (await story.incident()).milestones[State.ACKNOWLEDGED].by == "U0ANA"
        await story.fast_forward(hours=1)
        assert story.rung == ["ana"]
        assert len(await story.told(FactKind.ACKNOWLEDGED)) == 1


async def test_pagerduty_delivers_again_what_it_told_while_no_bot_ran(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        await story.slack(LINE)
        story.duty.webhooks.retry_s = story.duty.webhooks.retry_limit_s = 0.02
        await story.close()
        await story.duty.resolve(story.theirs.id, by="ana")
        await story.open()
        await story.settled()

        assert (await story.incident()).status is Status.RESOLVED


async def test_webhooks_under_another_secret_are_a_notice_until_one_is_signed_as_it_should_be(tmp_path: Path):
    async with a_story(tmp_path, webhooks=True) as story:
        url = f"{story.house.local_url}/webhooks/pagerduty"
        story.duty.send_webhooks_to(url, "another secret")
        await story.slack("declare sev1 checkout is down")
        assert "PAGERDUTY_WEBHOOK_SECRET" in await story.house.answers.notice()

        story.duty.send_webhooks_to(url)
        await story.duty.acknowledge(story.theirs.id, by="ana")
        await story.settled()
        assert await story.house.answers.notice() == ""
