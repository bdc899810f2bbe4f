"""What the five teams promise, written down from their own documents and from nothing of the program's.

Only what time alone decides: promises in business hours, and those that wait for a fact, are told elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ACKNOWLEDGED, RESOLVED = "acknowledged", "resolved"
MILESTONES = (
    "detected",
    ACKNOWLEDGED,
    "triaged",
    "responding",
    "investigating",
    "mitigated",
    RESOLVED,
    "verified",
    "documented",
    "reviewed",
)


@dataclass(frozen=True, slots=True)
class Level:
    """One severity of one team, in minutes from when the clocks began; None where nothing is promised by time alone.

    climbs: the first rung and, in that same pace, each of the chain behind it. asks: a button after so long.
    """

    pages: bool
    ack: int | None = None
    restore: int | None = None
    climbs: int | None = None
    until: str = ACKNOWLEDGED
    asks: int | None = None


QUIET = Level(pages=False)
ON_CALL = ("on_call_primary", "on_call_secondary", "team_lead")

LEVELS: Mapping[str, Mapping[str, Level]] = {
    "im-chat": {
        "P0": Level(pages=True, ack=5, climbs=15),
        "P1": Level(pages=True, ack=15, climbs=30),
        "P2": Level(pages=False, ack=60, asks=120),
        "P3": Level(pages=False, ack=240),
    },
    "gocarbontracker": {
        "P0": Level(pages=True, ack=15),
        "P1": Level(pages=True, ack=60, climbs=30, until=RESOLVED),
        "P2": QUIET,
        "P3": QUIET,
    },
    "mapme": {
        "P0": Level(pages=True, ack=5, restore=15, climbs=5),
        "P1": Level(pages=True, ack=30, climbs=30),
        "P2": Level(pages=False, ack=30, climbs=30),
        "P3": Level(pages=False, ack=120),
    },
    "boat-listing": {
        "P0": Level(pages=True, ack=5, climbs=5),
        "P1": Level(pages=True, ack=15, climbs=15),
        "P2": Level(pages=False, ack=60, asks=120),
        "P3": QUIET,
    },
    "missing-table": {
        "P0": Level(pages=True, ack=5, restore=60, climbs=5),
        "P1": Level(pages=False, ack=60, climbs=60),
        "P2": Level(pages=False, ack=60, asks=120),
        "P3": QUIET,
    },
}
CHAINS: Mapping[str, tuple[str, ...]] = {
    "im-chat": (*ON_CALL, "engineering_manager", "vp_engineering"),
    "gocarbontracker": ON_CALL,
    "mapme": ("on_call_devops", "on_call_development"),
    "boat-listing": ("operations_on_call", "devops_sre", "development"),
    "missing-table": ON_CALL,
}
STAGES: Mapping[str, Mapping[str, str]] = {
    "im-chat": {"triage": "triaged", "mitigation": "mitigated", "verification": "verified"},
    "gocarbontracker": {"respond": "responding", "fix": "mitigated", "document": "documented"},
    "mapme": {"assessment": "triaged", "response": "responding", "resolution": "verified"},
    "boat-listing": {"investigate": "investigating", "resolve": "resolved"},
    "missing-table": {"assess": "triaged", "respond": "responding", "recover": "verified"},
}
"""Team -> stage -> the milestone that entering it sets."""
