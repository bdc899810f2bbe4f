"""A delivery made fit to be stored. Stores nothing itself."""

import asyncio

from incidentbot.core.alerts.alert import News, cleaned
from incidentbot.core.alerts.memory import fewer
from incidentbot.core.policy import Policy

MANY = 50
"""More alerts are cleaned beside the loop: a thousand take a tenth of a second, and somebody may be typing."""


async def tidied(news: News, policy: Policy) -> News:
    """The delivery without the secrets in it and without what is too much, whatever its size."""
    few = len(news.alerts) <= MANY
    return _tidied(news, policy) if few else await asyncio.to_thread(_tidied, news, policy)


def _tidied(news: News, policy: Policy) -> News:
    return cleaned(fewer(news, policy))
