"""The table of slots: functions of a random generator that return a value, as text, or as (said in the request, meant as argument)."""

import random
from typing import Callable

Said = tuple[str, str]
Slot = Callable[[random.Random], str | Said]
SLOTS: dict[str, Slot] = {}


def slot(function: Slot) -> Slot:
    """Enters a slot under its name."""
    SLOTS[function.__name__] = function
    return function


def draw(name: str, r: random.Random) -> Said:
    """A value of a slot: as said, as meant."""
    value = SLOTS[name](r)
    return (value, value) if isinstance(value, str) else value


def listed(name: str, options: list[str], others: Slot | None = None, share: float = 0.0) -> None:
    """A slot that takes one of a list, or now and then something else."""

    def choose(r: random.Random) -> str | Said:
        return others(r) if others is not None and r.random() < share else r.choice(options)

    choose.__name__ = name
    slot(choose)
