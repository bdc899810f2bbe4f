"""PagerDuty on loopback, and one incident whose pages go there by REST."""

from collections.abc import AsyncIterator

import pytest

from incidentbot.playground.pagerduty import PagerDutyStandIn
from tests.pagerduty.bench import CHECKOUT_TEAM, Case, a_pager, a_stand_in, rest_settings


@pytest.fixture
async def duty() -> AsyncIterator[PagerDutyStandIn]:
    async with a_stand_in() as standin:
        yield standin


@pytest.fixture
async def case(duty: PagerDutyStandIn) -> AsyncIterator[Case]:
    async with a_pager(rest_settings(duty), CHECKOUT_TEAM) as pager:
        yield Case(pager)
