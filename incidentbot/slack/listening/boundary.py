"""The boundary between Slack's requests and our work: nothing escapes it, and the person always gets a sentence."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from incidentbot.core.refusals import GiveUp, Refused, TryLater
from incidentbot.flows.ports import StoreAway
from incidentbot.telemetry import report_bug

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Sorry:
    """Why something was not done, in a sentence for the person who asked."""

    sentence: str


async def attempted(where: str, work: Awaitable[Result]) -> Result | Sorry:
    """What the work gives, or why it was not done. A bug is logged once; the person gets its reference."""
    try:
        return await work
    except Refused as refused:
        return Sorry(refused.sentence)
    except (TryLater, GiveUp) as vendor:
        return Sorry(f"{vendor.reason} Please try again, or type the command in one line: `/incident help`.")
    except StoreAway:
        return Sorry("My database did not answer in time. Please try again in a moment.")
    except Exception as error:  # noqa: BLE001 - the boundary of Slack's requests: logged once, told to the person
        reference = report_bug(where, error)
        return Sorry(
            f"Something broke on my side (ref {reference}). Nothing was changed as far as I know: "
            "look at the card, try again, and call people yourself if it burns."
        )
