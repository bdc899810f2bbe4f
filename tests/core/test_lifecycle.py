"""Which verb has its place in which status, and what is said where it has none."""

from incidentbot.core.incident import Status
from incidentbot.core.lifecycle import ALLOWED, STILL_OPEN, WAY_OUT


def test_every_refusal_has_its_sentence() -> None:
    assert {verb for verb, allowed in ALLOWED.items() if Status.OPEN not in allowed} == set(STILL_OPEN)
    assert {Status.OPEN, *WAY_OUT} == set(Status)
