"""What each rule of many hands may be given, for all who draw lives. Does none of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tests.machine.hands.oracle import HandsOracle

Choices = Mapping[str, Sequence[object]]
"""Argument -> the values that it may have, the likelier ones more than once."""

LEVELS = {"im-chat": ("P0", "P1", "P2"), "gocarbontracker": ("P0", "P1"), "mapme": ("P0", "P1", "P2")}
BOTH = (False, True)
FIRST: Choices = {"profile": sorted(LEVELS), "level": range(3), "several": BOTH, "expires": BOTH}
"""How a life begins."""

PEOPLE = ("U0ANA", "U0BO", "U0CHI")
BY: Choices = {"by": PEOPLE}
TIME: Choices = {"minutes": (0, 1, 4, 5, 10, 14, 15, 26, 30, 31, 60)}
MOVES: Mapping[str, Choices] = {
    "acknowledge": BY,
    "answer_phone": {**BY, "place": range(21), "minutes_ago": (0, 0, 1, 3, 16)},
    "rings_again": {"by": ("U0ANA", "U0BO", ""), "place": range(21)},
    "still_on_it": BY,
    "hand_over": BY,
    "escalate": {**BY, "chain": BOTH},
    "snooze": {**BY, "minutes": (5, 10, 15, 16, 40, 60, 61)},
    "page_now": BY,
    "judge": {**BY, "place": range(3)},
    "note": BY,
    "enter_stage": {**BY, "place": range(3)},
    "mitigate": BY,
    "resolve_or_reopen": BY,
    "pass_time": TIME,
    "restart": TIME,
    "all_of_it_arrives_again": {},
}
WHEN: Mapping[str, Callable[[HandsOracle], bool]] = {
    "answer_phone": lambda oracle: bool(oracle.rings),
    "rings_again": lambda oracle: any(not one.rings for one in oracle.rings),
}
"""What some rules wait for."""


def drawn(choices: Choices) -> Mapping[str, st.SearchStrategy[Any]]:
    """The same choices for hypothesis to draw from."""
    return {name: st.sampled_from(values) for name, values in choices.items()}
