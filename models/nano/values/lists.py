"""Slots that take one of a list, or now and then something else."""

import random

from .. import names
from .people import full_name
from .registry import listed
from .words import phrase_of, title, word


def _small(r: random.Random) -> str:
    return word(r).lower()


def _dish(r: random.Random) -> str:
    return phrase_of(r, 1, 2).lower()


listed("database", names.DATABASES, _small, 0.3)
listed("language", names.LANGUAGES)
listed("currency", names.CURRENCIES)
listed("room", names.ROOMS, lambda r: _small(r) + " room", 0.2)
listed("door", names.DOORS)
listed("food", names.FOODS, _dish, 0.4)
listed("country", names.COUNTRIES)
listed("region", names.REGIONS + names.COUNTRIES)
listed("company", names.COMPANIES, title, 0.5)
listed("team", names.TEAMS, title, 0.4)
listed("sport", names.SPORTS)
listed("animal", names.ANIMALS)
listed("colour", names.COLOURS)
listed("element", names.ELEMENTS)
listed("genre", names.GENRES)
listed("unit", names.UNITS)
listed("month", names.MONTHS)
listed("artist", names.ARTISTS, full_name, 0.5)
