"""People, places, dates and times."""

import random

from .. import names
from ..wordnet import dictionary_words
from .registry import slot
from .words import capital, odd_word


@slot
def person(r: random.Random) -> str:
    kind = r.random()
    capitalised = dictionary_words()[1]
    if kind < 0.35:
        said = r.choice(names.PEOPLE)
        return said.lower() if r.random() < 0.3 else said
    if kind < 0.5:
        return capital(odd_word(r))
    if kind < 0.62:
        return r.choice(capitalised)
    if kind < 0.76:
        return odd_word(r)
    return r.choice(dictionary_words()[0]) if kind < 0.84 else f"{r.choice(names.PEOPLE)} {r.choice(capitalised)}"


@slot
def full_name(r: random.Random) -> str:
    return f"{r.choice(names.PEOPLE)} {r.choice(dictionary_words()[1])}"


@slot
def city(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.4:
        return r.choice(names.CITIES)
    if kind < 0.55:
        return r.choice(names.CITIES) + ", " + r.choice(names.REGIONS)
    if kind < 0.75:
        return r.choice(dictionary_words()[1])
    if kind < 0.87:
        return capital(odd_word(r))
    return r.choice(names.CITIES).lower() if kind < 0.93 else r.choice(["San", "New", "Port", "Saint"]) + " " + capital(odd_word(r))


@slot
def date(r: random.Random) -> str:
    month, day, year_ = r.randint(1, 12), r.randint(1, 28), r.randint(1990, 2031)
    return r.choice([
        lambda: r.choice(names.DAYS),
        lambda: f"{names.MONTHS[month - 1]} {day}",
        lambda: f"{names.MONTHS[month - 1]} {day}, {year_}",
        lambda: f"{year_}-{month:02d}-{day:02d}",
        lambda: f"{year_}-{month:02d}-{day:02d}",
        lambda: f"{month:02d}/{day:02d}/{year_}",
        lambda: f"next {r.choice(names.DAYS[:7])}",
        lambda: f"{day} {names.MONTHS[month - 1]} {year_}",
    ])()


@slot
def time(r: random.Random) -> str:
    hour, minute = r.randint(0, 23), r.randint(0, 59)
    half = f"{hour % 12 + 1}"
    return r.choice([
        lambda: f"{hour}:{minute:02d}",
        lambda: f"{hour:02d}:{minute:02d}",
        lambda: f"{half} {r.choice(['am', 'pm', 'AM', 'PM'])}",
        lambda: f"{half}{r.choice(['am', 'pm'])}",
        lambda: f"{half}:{minute:02d} {r.choice(['am', 'pm', 'AM', 'PM'])}",
        lambda: r.choice(["noon", "midnight"]),
    ])()
