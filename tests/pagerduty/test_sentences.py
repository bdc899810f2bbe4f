"""What a person reads of each way that PagerDuty can fail: by events and by REST, told by the stand-in itself."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
from urllib3.connection import HTTPConnection
from urllib3.connectionpool import HTTPConnectionPool
from urllib3.exceptions import MaxRetryError, NameResolutionError

from incidentbot.core.refusals import GiveUp, TryLater
from incidentbot.pagerduty.replies import lost
from incidentbot.playground.faults import Failure, Fault
from incidentbot.playground.pagerduty import PagerDutyStandIn
from incidentbot.playground.pagerduty.refusals import Because, Refusal
from incidentbot.settings import Settings
from tests.outward.certificate import certificate
from tests.pagerduty.bench import CHECKOUT_TEAM, SHORT, Case, a_pager, events_settings, rest_settings

MODES = ("events", "rest")
UNKNOWN_KEY = "PagerDuty does not know this routing key. Check PAGERDUTY_ROUTING_KEY."
NO_TOKEN = "PagerDuty does not accept the API token. Check PAGERDUTY_API_TOKEN."
NO_RIGHT = "The API token may not do this in PagerDuty. PAGERDUTY_API_TOKEN must be a full-access key."
NO_ID = (
    "PagerDuty could not open an incident for the on-call primary: Not Found. Check the ids in the team file."
)

STATUSES: Mapping[int, tuple[str, str]] = {
    401: (UNKNOWN_KEY, NO_TOKEN),
    402: (
        "The PagerDuty account's plan does not take events.",
        "The PagerDuty account's plan does not include what was asked for.",
    ),
    403: (UNKNOWN_KEY, NO_RIGHT),
    404: ("There is no events service at the address in PAGERDUTY_EVENTS_URL (it answered 404).", NO_ID),
    429: ("PagerDuty asks for fewer calls for 42 s.", "PagerDuty asks for fewer calls for 42 s."),
    **{code: (f"PagerDuty is in trouble (it answered {code}).",) * 2 for code in (500, 502, 503, 504)},
}
"""Status -> what is read of it by events and by REST."""

FAULTS: Mapping[str, tuple[Fault, str]] = {
    "hung": (Fault(Failure.HANG, hang_s=0.6), "PagerDuty did not answer in time."),
    "cut": (Fault(Failure.CUT_BEFORE), "The connection to PagerDuty was cut."),
    "cut after it took effect": (Fault(Failure.CUT_AFTER), "The connection to PagerDuty was cut."),
}


def settings_of(mode: str, duty: PagerDutyStandIn, **changes: object) -> Settings:
    return rest_settings(duty, **changes) if mode == "rest" else events_settings(duty, **changes)


async def read(settings: Settings) -> str:
    """The reason that a page does not go out."""
    async with a_pager(settings, CHECKOUT_TEAM, deadlines=SHORT) as pager:
        with pytest.raises((TryLater, GiveUp)) as failed:
            await Case(pager).page()
    assert isinstance(failed.value, TryLater | GiveUp)
    return failed.value.reason


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("status", STATUSES)
async def test_each_status_has_its_sentence(duty: PagerDutyStandIn, mode: str, status: int) -> None:
    duty.faults.plan("*", Fault(Failure.STATUS, status=status, retry_after_s=42 if status == 429 else None))

    reason = await read(settings_of(mode, duty))

    assert reason == STATUSES[status][MODES.index(mode)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("fault", "sentence"), FAULTS.values(), ids=FAULTS)
async def test_each_trouble_on_the_way_has_its_sentence(
    duty: PagerDutyStandIn, mode: str, fault: Fault, sentence: str
) -> None:
    duty.faults.plan("*", fault)

    assert await read(settings_of(mode, duty)) == sentence


@pytest.mark.parametrize(
    ("because", "sentence"),
    [
        (Because.NO_POLICY, "The service in PagerDuty has no escalation policy."),
        (
            Because.NOBODY_ON_CALL,
            "Nobody is on call in PagerDuty's escalation policy for the on-call primary.",
        ),
        (Because.CANNOT_ESCALATE, "PagerDuty cannot escalate the incident to that level."),
    ],
)
async def test_each_code_of_rest_has_its_sentence(
    duty: PagerDutyStandIn, because: Because, sentence: str
) -> None:
    async def refuse(*_: Any) -> None:
        raise Refusal(because)

    duty.faults.before_apply.append(refuse)

    assert await read(rest_settings(duty)) == sentence


@pytest.mark.parametrize("mode", MODES)
async def test_an_address_at_which_nobody_listens_has_its_sentence(duty: PagerDutyStandIn, mode: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{unused.getsockname()[1]}"

        reason = await read(settings_of(mode, duty, pagerduty_events_url=nowhere, pagerduty_api_url=nowhere))

    assert reason == "PagerDuty could not be reached."


@pytest.mark.parametrize("mode", MODES)
async def test_a_certificate_that_nobody_vouches_for_has_its_sentence(
    duty: PagerDutyStandIn, mode: str
) -> None:
    async with somebody_elses(certificate()) as address:
        reason = await read(settings_of(mode, duty, pagerduty_events_url=address, pagerduty_api_url=address))

    assert reason == "PagerDuty's certificate could not be verified."


@pytest.mark.parametrize("mode", MODES)
async def test_a_server_that_does_not_encrypt_has_its_sentence(duty: PagerDutyStandIn, mode: str) -> None:
    async with somebody_elses(None) as address:
        reason = await read(settings_of(mode, duty, pagerduty_events_url=address, pagerduty_api_url=address))

    assert reason == "No encrypted connection to PagerDuty could be made."


def test_a_name_that_nobody_knows_has_its_sentence_and_cannot_have_arrived() -> None:
    pool = HTTPConnectionPool("events.pagerduty.com")
    unresolved = NameResolutionError(pool.host, HTTPConnection(pool.host), socket.gaierror(-2, "unknown"))

    later = lost(requests.ConnectionError(MaxRetryError(pool, "/", unresolved)), "PAGERDUTY_EVENTS_URL")

    assert isinstance(later, TryLater)
    assert later.reason == "PagerDuty's address could not be looked up by its name (DNS)."
    assert not later.unknown


async def test_a_pause_asked_for_beside_a_failure_does_not_hold_a_page_back_long_after_its_end(
    duty: PagerDutyStandIn,
) -> None:
    duty.faults.plan("*", Fault(Failure.STATUS, status=503, retry_after_s=300))

    async with a_pager(events_settings(duty), CHECKOUT_TEAM, deadlines=SHORT) as pager:
        with pytest.raises(TryLater) as later:
            await Case(pager).page()

    assert later.value.after_s == 20


@asynccontextmanager
async def somebody_elses(certificate: Path | None) -> AsyncIterator[str]:
    """The https address of a server that is not PagerDuty; without a certificate it does not encrypt at all."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(64)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    async with server:
        yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
