"""The stand-ins, each fresh on a clock that stands still, and what calls them."""

from collections.abc import AsyncIterator

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from incidentbot.clock import StillClock
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.slack import SlackStandIn
from tests.playground import pagerduty_bench, slack_bench
from tests.playground.pagerduty_bench import SECRET, Receiver, receiving
from tests.playground.slack_bench import App


@pytest.fixture
def clock() -> StillClock:
    """The clock of the PagerDuty stand-in."""
    return StillClock(pagerduty_bench.T0)


@pytest.fixture
async def pager(clock: StillClock) -> AsyncIterator[PagerDutyStandIn]:
    async with PagerDutyStandIn(clock) as standin:
        yield standin


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as taking:
        yield taking


@pytest.fixture
async def hooked(receiver: Receiver, clock: StillClock) -> AsyncIterator[PagerDutyStandIn]:
    """A stand-in that tells the receiver what happens, and tries again at once."""
    async with PagerDutyStandIn(clock) as standin:
        standin.webhooks.retry_s = 0.0
        standin.send_webhooks_to(receiver.url, SECRET)
        yield standin


@pytest.fixture
async def slack() -> AsyncIterator[SlackStandIn]:
    slack = SlackStandIn(StillClock(slack_bench.T0))
    await slack.start()
    yield slack
    await slack.stop()


@pytest.fixture
async def app(slack: SlackStandIn) -> AsyncIterator[App]:
    """An app that hears commands, presses and forms, and subscribes to no events."""
    slack.events.subscriptions.clear()
    app = App()
    async with slack_bench.served(app.receive, "/") as url:
        slack.deliver_over_http(url)
        yield app


@pytest.fixture
async def client(slack: SlackStandIn) -> AsyncIterator[AsyncWebClient]:
    async with slack_bench.a_client(slack) as client:
        yield client
