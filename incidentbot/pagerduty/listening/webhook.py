"""The door for PagerDuty's V3 webhooks: checks the signature, keeps the event, answers. Reads and decides nothing more.

PagerDuty drops what is answered with a 4xx, and after three in a row all that follows for a day: whatever is our own
trouble is a 5xx, which it tries again for 48 hours.
"""

import asyncio
import hmac
from collections.abc import Callable
from hashlib import sha256

from aiohttp import web

from incidentbot.clock import Clock
from incidentbot.flows.pager_events import PagerEvents
from incidentbot.flows.ports import StoreAway, VersionConflict
from incidentbot.pagerduty.listening.event_shapes import NotAnEvent, taken_in
from incidentbot.telemetry import logger, report_bug

PATH = "/webhooks/pagerduty"
LARGEST_BODY = 256 * 1024
"""PagerDuty sends nothing larger."""

PATIENCE_S = 3.0
ANSWER_WITHIN_S = 4.0
"""PagerDuty waits 5 s."""

ACCEPTED, DAMAGED, UNSIGNED, TOO_LARGE, BROKEN, AWAY = 202, 400, 401, 413, 500, 503

log = logger(__name__)


class WebhookDoor:
    """Takes webhooks in. ring: told after each new event, since it waits to be heard."""

    def __init__(
        self,
        events: PagerEvents,
        clock: Clock,
        secret: str,
        ring: Callable[[], None],
        *,
        answer_within_s: float = ANSWER_WITHIN_S,
    ) -> None:
        self._events = events
        self._answer_within_s = answer_within_s
        self._clock = clock
        self._secret = secret
        self._ring = ring
        self._strange = 0

    def mount(self, app: web.Application) -> None:
        """Serve the one path."""
        app.router.add_post(PATH, self.receive)

    def notice(self) -> str:
        """Whether what comes in is signed with another secret, as a sentence; "" where it is not, or not any more.

        A health page shows it and no phone rings for it: a stranger can send as much.
        """
        if not self._strange:
            return ""
        return (
            f"The last {self._strange} of PagerDuty's webhooks are signed with another secret, and are not heard: "
            "PAGERDUTY_WEBHOOK_SECRET must be the one that PagerDuty showed with the subscription."
        )

    async def receive(self, request: web.Request) -> web.Response:
        """202 once the event is durable, or was before."""
        if (request.content_length or 0) > LARGEST_BODY:
            return _answer(TOO_LARGE)
        raw = (
            await request.read()
        )  # a longer one without a length is refused by the application, with a 413, too
        if len(raw) > LARGEST_BODY:
            return _answer(TOO_LARGE)
        signatures = request.headers.getall("X-PagerDuty-Signature", [])
        if not is_signed(raw, signatures, self._secret):
            self._strangely_signed(signatures)
            return _answer(UNSIGNED)
        self._strange = 0
        return _answer(await self._taken(raw, request.headers.get("X-Webhook-Id", "")))

    def _strangely_signed(self, signatures: list[str]) -> None:
        """Said once in the log: a wrong secret would else write a line for each event."""
        if not any("v1=" in each for each in signatures):
            return
        if not self._strange:
            log.warning("webhooks_under_another_secret", setting="PAGERDUTY_WEBHOOK_SECRET")
        self._strange += 1

    async def _taken(self, raw: bytes, delivery: str) -> int:
        try:
            event = taken_in(raw, delivery=delivery, now=self._clock.now())
            async with asyncio.timeout(self._answer_within_s):
                is_new = await self._events.keep(event, patience_s=PATIENCE_S)
        except NotAnEvent as refused:
            log.warning("webhook_refused", reason=str(refused))
            return DAMAGED
        except (StoreAway, VersionConflict, TimeoutError) as away:
            log.warning("store_away", where="webhook", reason=str(away))
            return AWAY
        except Exception as error:  # noqa: BLE001 - the boundary of webhooks: logged once, and told again by PagerDuty
            report_bug("webhook", error)
            return BROKEN
        if is_new:
            self._ring()
        return ACCEPTED


def is_signed(raw: bytes, headers: list[str], secret: str) -> bool:
    """Whether one of the `v1=` signatures is ours; there are several while a secret is changed. Others are passed over."""
    wanted = b"v1=" + hmac.new(secret.encode(), raw, sha256).hexdigest().encode()
    given = [each.strip().encode(errors="replace") for header in headers for each in header.split(",")]
    return any(hmac.compare_digest(wanted, each) for each in given)


def _answer(status: int) -> web.Response:
    return web.json_response({"status": "ok" if status == ACCEPTED else "refused"}, status=status)
