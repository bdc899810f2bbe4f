"""Lives of many hands, drawn at random from the rules of their machine; what failed is shown, ready to be pinned."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random

from tests.machine.hands.machine import HandsMachine
from tests.machine.hands.moves import FIRST, MOVES, WHEN, Choices

STEPS = 25
"""How many moves a life has; those that cannot be made are passed over."""

KINDS = range(2, 6)
"""Of how many kinds its moves are: few lead far into one corner, and another life into another one."""

NEEDS = {"page_now": "snooze", "still_on_it": "acknowledge", "rings_again": "acknowledge"}
"""Kinds that mean nothing without another one."""

Given = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Life:
    """How an incident is declared, and what is done to it."""

    first: Given
    moves: tuple[tuple[str, Given], ...]

    def __str__(self) -> str:
        """As a test that pins it."""
        words = [("declare", self.first), *self.moves]
        return "\n".join(["life = HandsMachine()", *map(_line, words), "check(life)", "life.teardown()"])


def _line(move: tuple[str, Given]) -> str:
    name, given = move
    return f"life.{name}({', '.join(f'{key}={value!r}' for key, value in given.items())})"


def drawn_life(chance: Random) -> Life:
    """Moves of a few kinds, each as likely, and time that passes."""
    few = chance.sample(sorted(MOVES), chance.choice(KINDS))
    kinds = sorted({"pass_time", *few, *(NEEDS[name] for name in few if name in NEEDS)})
    moves = [(name, _given(MOVES[name], chance)) for name in chance.choices(kinds, k=STEPS)]
    return Life(_given(FIRST, chance), tuple(moves))


def _given(choices: Choices, chance: Random) -> Given:
    return {name: chance.choice(values) for name, values in choices.items()}


def live(life: Life) -> HandsMachine:
    """Live it against the oracle. Raises what its machine raises at the first promise that is not kept."""
    machine = HandsMachine()
    machine.declare(**life.first)  # type: ignore[arg-type] # the table's values
    check(machine)
    for name, given in life.moves:
        if name not in WHEN or WHEN[name](machine.oracle):
            getattr(machine, name)(**given)
            check(machine)
    machine.teardown()
    return machine


def check(machine: HandsMachine) -> None:
    """All that hypothesis would check after each move."""
    machine.what_was_promised_is_kept()
    machine.no_fact_is_lost_or_changed()
    machine.acknowledge_is_offered_where_an_ack_is_taken()


def failure_of(life: Life) -> Exception | None:
    """What a life runs into, None for one that keeps every promise."""
    try:
        live(life)
    except Exception as error:  # noqa: BLE001 - it is told with the life
        return error
    return None


def shortened(life: Life) -> Life:
    """The same life without the moves that its failure does not need."""
    place = len(life.moves)
    while place > 0:
        place -= 1
        less = replace(life, moves=life.moves[:place] + life.moves[place + 1 :])
        life = less if failure_of(less) else life
    return life
