"""The ground of the schema: a block that refuses words it does not know, and the words shared by many. Acts on none."""

import difflib
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator
from pydantic_core import PydanticCustomError


class Block(BaseModel):
    """A mapping of a profile with a closed set of keys. The refusal names the key and what may stand in its place."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        known = [field.alias or name for name, field in cls.model_fields.items()]
        for key in value:
            if key not in known:
                raise PydanticCustomError("unknown_key", "{sentence}", unknown_key(str(key), known))
        return value


def unknown_key(key: str, known: list[str]) -> dict[str, str]:
    """The refusal of a key, with the nearest known one where there is one that is near."""
    near = difflib.get_close_matches(key, known, n=1)
    guess = f' Did you mean "{near[0]}"?' if near else ""
    return {"key": key, "sentence": f'Unknown key "{key}".{guess} Allowed here: {", ".join(known)}.'}


def _plain_text(value: Any) -> Any:
    """Text that says something on one line."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError("Here must be text.")
    return " ".join(value.split())


def _decimal(value: Any) -> Any:
    """A number, whole or decimal; decimals reach us as text."""
    if isinstance(value, bool):
        raise ValueError("Here must be a number, like 99.95.")  # noqa: TRY004 - pydantic collects ValueErrors
    try:
        return float(value)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{value!r} is no number; write it like 99.95.") from error


Text = Annotated[str, BeforeValidator(_plain_text)]
Number = Annotated[float, BeforeValidator(_decimal)]


class Cadence(StrEnum):
    """How often something is done."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"
    AS_NEEDED = "as_needed"


class Notifier(StrEnum):
    """The ways people are told."""

    PAGERDUTY = "pagerduty"
    SLACK = "slack"
    EMAIL = "email"
    PHONE = "phone"
    TICKET = "ticket"


class SnoozeLimit(StrEnum):
    """For which levels a limit of `snooze` stands: for all without one of their own, or for one."""

    AT_MOST = "at_most"
    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class StatusPage(StrEnum):
    """Whether users are told on the status page."""

    REQUIRED = "required"
    SUGGESTED = "suggested"
    NO = "no"


class Duty(StrEnum):
    """What runs alongside the stages."""

    COMMUNICATION = "communication"


class Metric(StrEnum):
    """The figures a team asks for."""

    MTTD = "mttd"
    MTTA = "mtta"
    MTTR = "mttr"
    ALERT_FALSE_POSITIVE_RATE = "alert_false_positive_rate"
    SLO_COMPLIANCE = "slo_compliance"
    INCIDENT_FREQUENCY = "incident_frequency"
