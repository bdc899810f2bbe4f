"""Delivers V3 webhooks: signed, in order for each incident, again after a failure, dropped after a no. Decides no content."""

import asyncio
import hashlib
import hmac
import json
from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import aiohttp

from incidentbot.clock import Clock, new_id
from incidentbot.playground.pagerduty.references import JsonObject

DROPS_BEFORE_DISABLED = 3
DISABLED_FOR = timedelta(hours=24)
RETRIES_FOR = timedelta(hours=48)
TOO_MANY_REQUESTS = 429


class Outcome(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DROPPED = "dropped"  # the receiver said a 4xx: never tried again
    LOST = "lost"  # the subscription was disabled or gone at the time
    EXPIRED = "expired"  # retried for 48 hours in vain


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where the webhooks go. `secrets` are several while one is rotated."""

    url: str
    secrets: tuple[str, ...]


@dataclass(slots=True)
class Delivery:
    """One webhook on its way. `webhook_id` is the same for every attempt; `statuses` holds None for no answer."""

    webhook_id: str
    resource: str
    event_type: str
    body: bytes
    created_at: datetime
    outcome: Outcome = Outcome.WAITING
    statuses: list[int | None] = field(default_factory=list)


def sign(body: bytes, secret: str) -> str:
    """`v1=` and the HMAC-SHA256 of the raw body."""
    return "v1=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Webhooks:
    """The post office. `retry_s` doubles with each failed attempt up to `retry_limit_s`; both are real seconds."""

    def __init__(self, clock: Clock) -> None:
        self.deliveries: list[Delivery] = []
        self.retry_s = 0.5
        self.retry_limit_s = 30.0
        self.answer_within_s = 5.0
        self.disabled_until: datetime | None = None
        self._clock = clock
        self._subscription: Subscription | None = None
        self._queues: dict[str, deque[Delivery]] = defaultdict(deque)
        self._carriers: dict[str, asyncio.Task[None]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._drops = 0

    def subscribe(self, url: str | None, *secrets: str) -> None:
        """Send to this address from now on, signed with every secret; None sends nothing."""
        self._subscription = None if url is None else Subscription(url, secrets)
        self._drops = 0
        self.disabled_until = None

    def post(self, resource: str, body: JsonObject) -> None:
        """Put a webhook behind those of the same resource. Nothing is kept while nobody subscribes."""
        if self._subscription is None:
            return
        raw = json.dumps(body).encode()
        event_type = body["event"]["event_type"]
        self._dispatch(Delivery(new_id(), resource, event_type, raw, self._clock.now()))

    def post_again(self, delivery: Delivery) -> None:
        """Deliver a webhook a second time, under the same id: at least once is what PagerDuty promises."""
        again = Delivery(
            delivery.webhook_id,
            delivery.resource,
            delivery.event_type,
            delivery.body,
            self._clock.now(),
        )
        self._dispatch(again)

    async def settled(self) -> None:
        """Wait until nothing is on its way. Never returns while a receiver stays silent."""
        while self._carriers:
            await asyncio.gather(*self._carriers.values())

    async def close(self) -> None:
        """Stop carrying; what waits stays undelivered."""
        carriers = list(self._carriers.values())
        for carrier in carriers:
            carrier.cancel()
        await asyncio.gather(*carriers, return_exceptions=True)
        self._carriers.clear()
        self._queues.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _dispatch(self, delivery: Delivery) -> None:
        self.deliveries.append(delivery)
        if self._is_disabled():
            delivery.outcome = Outcome.LOST
            return
        self._queues[delivery.resource].append(delivery)
        if delivery.resource not in self._carriers:
            carrier = asyncio.get_running_loop().create_task(self._carry(delivery.resource))
            self._carriers[delivery.resource] = carrier

    def _is_disabled(self) -> bool:
        return self.disabled_until is not None and self._clock.now() < self.disabled_until

    async def _carry(self, resource: str) -> None:
        queue = self._queues[resource]
        try:
            while queue:
                await self._deliver(queue[0])
                queue.popleft()
        finally:
            self._carriers.pop(resource, None)
            self._queues.pop(resource, None)

    async def _deliver(self, delivery: Delivery) -> None:
        pause = self.retry_s
        while delivery.outcome is Outcome.WAITING:
            if self._subscription is None or self._is_disabled():
                delivery.outcome = Outcome.LOST
                return
            status = await self._attempt(delivery, self._subscription)
            delivery.statuses.append(status)
            delivery.outcome = self._judge(delivery, status)
            if delivery.outcome is Outcome.WAITING:
                await asyncio.sleep(pause)
                pause = min(pause * 2, self.retry_limit_s)

    def _judge(self, delivery: Delivery, status: int | None) -> Outcome:
        """2xx is taken; silence, 5xx and 429 are tried again; anything else is dropped, and three drops disable."""
        if status is None or status >= 500 or status == TOO_MANY_REQUESTS:  # noqa: PLR2004 - the class of server errors
            expired = self._clock.now() - delivery.created_at >= RETRIES_FOR
            return Outcome.EXPIRED if expired else Outcome.WAITING
        if 200 <= status < 300:  # noqa: PLR2004 - the class of successes
            self._drops = 0
            return Outcome.DELIVERED
        self._drops += 1
        if self._drops >= DROPS_BEFORE_DISABLED:
            self._drops = 0
            self.disabled_until = self._clock.now() + DISABLED_FOR
        return Outcome.DROPPED

    async def _attempt(self, delivery: Delivery, subscription: Subscription) -> int | None:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "PagerDuty-Webhook/V3.0",
            "X-PagerDuty-Signature": ",".join(sign(delivery.body, secret) for secret in subscription.secrets),
            "X-Webhook-Id": delivery.webhook_id,
        }
        deadline = aiohttp.ClientTimeout(total=self.answer_within_s)
        try:
            async with self._session.post(
                subscription.url,
                data=delivery.body,
                headers=headers,
                timeout=deadline,
                allow_redirects=False,
            ) as answer:
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None
