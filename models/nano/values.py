"""Values for parameters: each slot draws one and says how a user would write it.

A slot is a function of a random generator; it returns (as written in the request, as the argument). Most are the same text.
Numbers are texts as well: the answer repeats the digits of the request.
"""

import random
import string
from functools import cache
from typing import Callable

from . import names
from .wordnet import common_words, dictionary_words

Said = tuple[str, str]
Slot = Callable[[random.Random], str | Said]
SLOTS: dict[str, Slot] = {}


def draw(slot: str, r: random.Random) -> Said:
    """A value of a slot: as said, as answered."""
    value = SLOTS[slot](r)
    return (value, value) if isinstance(value, str) else value


def slot(function: Slot) -> Slot:
    SLOTS[function.__name__] = function
    return function


def usual_words() -> list[str]:
    return _usual_words()


@cache
def _usual_words() -> list[str]:
    return common_words("noun", 10, 10) + common_words("verb", 10, 10) + common_words("adj", 10, 10)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# Words and phrases

@slot
def word(r: random.Random) -> str:
    kind = r.random()
    small, capitalised = dictionary_words()
    if kind < 0.5:
        return r.choice(usual_words())
    if kind < 0.75:
        return r.choice(small)
    return odd_word(r) if kind < 0.95 else r.choice(capitalised)


@slot
def odd_word(r: random.Random) -> str:
    """A word that no dictionary has: copying must not depend on knowing it."""
    kind = r.random()
    if kind < 0.5:
        return r.choice(usual_words()) + r.choice(usual_words())[: r.randint(2, 6)]
    if kind < 0.8:
        return r.choice(dictionary_words()[0])[: r.randint(2, 6)] + r.choice(["a", "o", "ix", "er", "ly", "y", "us", "ek", "in"])
    return "".join(r.choice(string.ascii_lowercase) for _ in range(r.randint(2, 7)))


def phrase_of(r: random.Random, least: int, most: int) -> str:
    count = r.randint(least, most)
    parts = [r.choice(usual_words()) if r.random() < 0.6 else word(r) for _ in range(count)]
    if r.random() < 0.25:
        parts.insert(r.randint(0, count - 1), r.choice(["the", "a", "my", "new", "for", "of"]))
    case = r.random()
    if case < 0.1:
        return " ".join(map(capital, parts))
    return capital(" ".join(parts)) if case < 0.3 else " ".join(parts)


@slot
def phrase(r: random.Random) -> str:
    if r.random() < 0.35:
        return f"{r.choice(common_words('verb', 6, 9))} {r.choice(['the ', 'my ', 'a ', ''])}{r.choice(common_words('noun', 6, 10))}"
    return phrase_of(r, 1, 4)


@slot
def noun(r: random.Random) -> str:
    return r.choice(common_words("noun", 6, 10))


@slot
def topic(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.4:
        return r.choice(common_words("noun", 4, 12))
    if kind < 0.75:
        return f"{r.choice(common_words('adj', 5, 11))} {r.choice(common_words('noun', 5, 11))}"
    return f"{r.choice(common_words('noun', 5, 11))} {r.choice(['of', 'in', 'and', 'for'])} {r.choice(common_words('noun', 5, 11))}"


@slot
def title(r: random.Random) -> str:
    if r.random() < 0.3:
        return phrase_of(r, 1, 3)
    text = " ".join(capital(word(r)) for _ in range(r.randint(1, 3)))
    return ("The " + text) if r.random() < 0.2 else text


@slot
def sentence(r: random.Random) -> str:
    nouns, verbs = common_words("noun", 6, 10), common_words("verb", 6, 9)
    kind = r.random()
    if kind < 0.3:
        text = f"The {r.choice(nouns)} {r.choice(verbs)}s {r.choice(['on', 'in', 'with', 'to', 'at', 'for'])} the {r.choice(nouns)}"
    elif kind < 0.5:
        text = phrase_of(r, 3, 8)
    elif kind < 0.62:
        text = f"I {r.choice(['am', 'want', 'have', 'need', 'love', 'see', 'was'])} {r.choice(['a ', 'the ', 'my ', 'to ', ''])}{phrase_of(r, 1, 3)}"
    elif kind < 0.72:
        text = f"{r.choice(['Hello', 'Hi', 'Hey', 'Dear', 'Good morning'])} {word(r)}{r.choice(['', ', ' + phrase_of(r, 1, 3)])}"
    elif kind < 0.82:
        text = f"{phrase_of(r, 1, 2)} {r.randint(1, 999)} {phrase_of(r, 1, 3)} {r.choice(['', str(r.randint(0, 99)), 'years'])}".strip()
    elif kind < 0.9:
        text = f"{r.choice(['I', 'We', 'They', 'You'])}'{r.choice(['m', 'll', 're', 've', 'd'])} {phrase_of(r, 1, 4)}"
    else:
        text = f"{r.choice(['It', 'That', 'He', 'She', 'What'])}'s {r.choice(['a ', 'the ', 'my ', ''])}{phrase_of(r, 1, 3)}, {r.choice(['is', 'isn' + chr(39) + 't', 'don' + chr(39) + 't', 'can' + chr(39) + 't'])} it"
    return text + r.choice(["!", ".", "?"]) if r.random() < 0.18 else text


@slot
def text(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.4:
        return word(r)
    if kind < 0.65:
        return phrase_of(r, 2, 4)
    if kind < 0.85:
        return sentence(r)
    return " ".join(odd_word(r) for _ in range(r.randint(1, 4))) if kind < 0.95 else code(r)


@slot
def quoted_text(r: random.Random) -> str:
    """Text with quotes inside."""
    mark = r.choice("\"\"'")
    inner = f"{mark}{phrase_of(r, 1, 2)}{mark}"
    return r.choice([f"{phrase_of(r, 1, 2)} {inner}", f"{inner} {phrase_of(r, 1, 2)}", f"{phrase_of(r, 1, 2)} {inner} {phrase_of(r, 1, 2)}"])


@slot
def template(r: random.Random) -> str:
    def hole() -> str:
        usual = ["name", "user", "date", "id", "city", "price", "item", "email", "age", "count", "title", "place"]
        inside = r.choice(usual) if r.random() < 0.7 else word(r).lower()
        return r.choice(["{%s}", "{%s}", "{%s}", "{{%s}}", "<%s>", "${%s}"]) % inside

    return r.choice([
        lambda: f"Hello {hole()}",
        lambda: f"Hello {hole()}, {phrase_of(r, 1, 3)}!",
        lambda: f"{capital(phrase_of(r, 1, 3))} {hole()}'s {word(r)}",
        lambda: f"{capital(word(r))} \"{word(r)}\" to {hole()}",
        lambda: f"Dear {hole()}, your {word(r)} is {hole()}",
        lambda: f"{hole()} {word(r)} {hole()}",
        lambda: f"{capital(phrase_of(r, 1, 2))}: {hole()} ({hole()})",
        lambda: f"{capital(word(r))} {hole()}'s {word(r)}!",
        lambda: f"{capital(phrase_of(r, 1, 3))} \"{phrase_of(r, 1, 2)}\" {word(r)} {hole()}",
    ])()


# Numbers

def digits(r: random.Random, count: int) -> str:
    return "".join(r.choice(string.digits) for _ in range(count))


@slot
def number(r: random.Random) -> str | Said:
    kind = r.random()
    if kind < 0.3:
        said = str(r.randint(0, 20))
    elif kind < 0.52:
        said = str(r.randint(10, 999))
    elif kind < 0.66:
        said = str(r.randint(1000, 10 ** r.randint(4, 10)))
    elif kind < 0.9:
        said = f"{r.randint(0, 10 ** r.randint(0, 7))}.{digits(r, r.randint(1, 4))}"
    elif kind < 0.95:
        return thousands(r)
    else:
        said = str(r.choice([100, 1000, 50, 25, 75, 10, 200, 500]))
    return "-" + said if r.random() < 0.09 else said


def thousands(r: random.Random) -> Said:
    value = r.randint(1000, 10 ** r.randint(4, 8))
    return f"{value:,}", str(value)


@slot
def decimal(r: random.Random) -> str:
    return f"{r.choice(['', '', '', '-'])}{r.randint(0, 999)}.{digits(r, r.randint(1, 5))}"


@slot
def integer(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.4:
        return str(r.randint(0, 20))
    return str(r.randint(-60, 2000)) if kind < 0.8 else str(r.randint(0, 10 ** r.randint(4, 9)))


@slot
def count(r: random.Random) -> str:
    return str(r.randint(1, 20) if r.random() < 0.5 else r.randint(1, 2000))


@slot
def few(r: random.Random) -> str:
    return str(r.randint(1, 10))


@slot
def some(r: random.Random) -> str:
    return str(r.randint(1, 40))


@slot
def percent(r: random.Random) -> str:
    return str(r.randint(0, 100))


@slot
def age(r: random.Random) -> str:
    return str(r.randint(1, 99))


@slot
def year(r: random.Random) -> str:
    return str(r.randint(1500, 2035) if r.random() < 0.4 else r.randint(1980, 2030))


@slot
def degrees(r: random.Random) -> str:
    return str(r.randint(10, 30)) + r.choice(["", "", ".5"])


@slot
def money(r: random.Random) -> str | Said:
    kind = r.random()
    if kind < 0.45:
        return str(r.randint(1, 9999))
    if kind < 0.6:
        return thousands(r)
    return f"{r.randint(1, 10 ** r.randint(1, 8))}.{r.randint(0, 99):02d}"


@slot
def rate(r: random.Random) -> str:
    return f"0.{r.choice(['', '0', '0', '00'])}{r.randint(1, 999)}"


@slot
def percent_rate(r: random.Random) -> Said:
    """`5%` where a fraction is asked for: the percentage as it is written."""
    said = r.choice([str(r.randint(1, 20)), f"{r.randint(0, 15)}.{r.randint(1, 9)}"])
    return said, said


# People, places, times

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


def listed(name: str, options: list[str], others: Slot | None = None, share: float = 0.0) -> None:
    """A slot that takes one of a list, or now and then something else."""

    def choose(r: random.Random) -> str | Said:
        return others(r) if others is not None and r.random() < share else r.choice(options)

    choose.__name__ = name
    slot(choose)


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


# Technical texts

@slot
def code(r: random.Random) -> str:
    return r.choice([
        lambda: "".join(r.choice(string.ascii_uppercase + string.digits) for _ in range(r.randint(4, 9))),
        lambda: f"{odd_word(r)}{r.randint(1, 9999)}",
        lambda: f"{word(r).lower()}-{word(r).lower()}",
        lambda: f"{r.choice('ABCDEF')}-{r.randint(100, 99999)}",
        lambda: f"{word(r).lower()}_{r.randint(1, 99)}",
        lambda: f"{word(r)}{r.choice('!@#$%')}{r.randint(1, 999)}",
        lambda: f"{r.choice(['ORD', 'INV', 'TKT', 'REF', 'usr', 'doc'])}{r.choice('-_')}{r.randint(1, 99999)}",
    ])()


@slot
def username(r: random.Random) -> str:
    return r.choice([lambda: word(r).lower(), lambda: f"{odd_word(r)}{r.randint(1, 99)}", lambda: f"{r.choice(names.PEOPLE).lower()}_{word(r).lower()}"])()


def folders(r: random.Random) -> str:
    return "/".join(r.choice(names.FOLDERS) if r.random() < 0.6 else odd_word(r) for _ in range(r.randint(1, 3)))


@slot
def file(r: random.Random) -> str:
    stem = r.choice(names.FOLDERS) if r.random() < 0.4 else word(r).lower()
    return stem + r.choice(["", "", "", "_" + word(r).lower(), "-" + word(r).lower(), str(r.randint(1, 99)), "_v2"]) + "." + r.choice(names.EXTENSIONS)


@slot
def path(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.36:
        return f"/{folders(r)}/{file(r)}"
    if kind < 0.6:
        parts = [capital(r.choice(names.FOLDERS)) if r.random() < 0.6 else r.choice([odd_word(r), capital(word(r)), "Program Files"]) for _ in range(r.randint(1, 3))]
        return r.choice("CDE") + ":\\" + "\\".join(parts) + "\\" + file(r)
    if kind < 0.78:
        return file(r)
    return f"{r.choice(['./', '~/', '../', ''])}{folders(r)}/{file(r)}" if kind < 0.9 else f"/{folders(r)}"


@slot
def folder(r: random.Random) -> str:
    return r.choice([lambda: f"/{folders(r)}", lambda: f"~/{folders(r)}", lambda: folders(r), lambda: r.choice("CD") + ":\\" + capital(r.choice(names.FOLDERS)) + "\\" + word(r), lambda: f"/{folders(r)}/"])()


@slot
def sql(r: random.Random) -> str:
    table = r.choice(names.DATABASES) if r.random() < 0.6 else word(r).lower()
    one, two, n = noun(r), noun(r), r.randint(1, 999)
    name = r.choice(names.PEOPLE)
    return r.choice([
        f"SELECT * FROM {table}",
        f"SELECT {one} FROM {table}",
        f"SELECT {one}, {two} FROM {table} WHERE {one} = {n}",
        f"SELECT * FROM {table} WHERE {one} > {n} AND {two} < {n + 7}",
        f"SELECT * FROM {table} WHERE name = '{name}'",
        f"SELECT {one} FROM {table} WHERE {two} LIKE '%{word(r).lower()}%'",
        f"DELETE FROM {table} WHERE id = {n}",
        f"INSERT INTO {table} VALUES ({', '.join(str(r.randint(0, 20)) for _ in range(r.randint(1, 4)))})",
        f"INSERT INTO {table} ({one}, {two}) VALUES ({n}, '{name}')",
        f"UPDATE {table} SET {one} = {n}",
        f"UPDATE {table} SET {one} = '{word(r)}' WHERE id = {n}",
        f"SELECT COUNT(*) FROM {table}",
        f"select count(*) from {table} where {one} is not null",
        f"DROP TABLE {table}",
        f"SELECT {one} FROM {table} ORDER BY {two} LIMIT {r.randint(1, 50)}",
    ])


@slot
def email(r: random.Random) -> str:
    return f"{odd_word(r)}{r.choice(['', '.' + word(r).lower(), str(r.randint(1, 99))])}@{word(r).lower()}.{r.choice(['com', 'org', 'net', 'io', 'fr'])}"


@slot
def url(r: random.Random) -> str:
    host = f"{r.choice(['https://', 'http://', 'https://www.', 'www.', ''])}{word(r).lower()}.{r.choice(['com', 'org', 'net', 'io', 'fr', 'dev'])}"
    return host + r.choice(["", "/" + word(r).lower(), "/" + folders(r), "/" + file(r)])


@slot
def host(r: random.Random) -> str:
    address = ".".join(str(r.randint(0, 255)) for _ in range(4))
    return r.choice([f"{word(r).lower()}.{r.choice(['com', 'org', 'net', 'local'])}", address, "localhost"])


@slot
def ticker(r: random.Random) -> str:
    kind = r.random()
    if kind < 0.3:
        return r.choice(["AAPL", "TSLA", "GOOG", "MSFT", "AMZN", "NVDA"])
    return "".join(r.choice(string.ascii_uppercase) for _ in range(r.randint(2, 5))) if kind < 0.7 else r.choice(dictionary_words()[1])


@slot
def version(r: random.Random) -> str:
    return f"{r.randint(0, 20)}.{r.randint(0, 30)}" + r.choice(["", f".{r.randint(0, 20)}"])


@slot
def separator(r: random.Random) -> str:
    return r.choice([",", ";", "|", "-", " ", "/", ":", "_", ", ", "::", "+"])


@slot
def command(r: random.Random) -> str:
    return r.choice([
        lambda: f"ls -la {path(r)}",
        lambda: f"echo {phrase_of(r, 1, 3)}",
        lambda: f"cat {path(r)}",
        lambda: f"git {r.choice(['status', 'push', 'pull', 'log'])}",
        lambda: f"npm run {word(r).lower()}",
        lambda: f"python {file(r)}",
        lambda: f"grep -r {word(r)} {path(r)}",
        lambda: f"{word(r).lower()} --{word(r).lower()} {r.randint(1, 99)}",
    ])()


@slot
def formula(r: random.Random) -> str:
    x = r.choice("xxxtn")
    a, b, n = r.randint(2, 9), r.randint(1, 20), r.randint(2, 5)
    return r.choice([f"{a}{x}^{n} + {b}", f"{x}^{n}", f"{a}*{x}**{n} - {b}*{x} + {a}", f"sin({x})", f"{a}{x} + {b}", f"({x} + {b}) * {a}", f"{a} + {b} * {n}", f"{x}**2"])


@slot
def regex(r: random.Random) -> Said:
    return r.choice(names.PATTERNS)


@slot
def replacement(r: random.Random) -> str | Said:
    if r.random() < 0.45:
        return r.choice(names.REPLACEMENTS)
    return word(r) if r.random() < 0.7 else word(r).upper()


@slot
def encoding(r: random.Random) -> str:
    if r.random() < 0.85:
        return r.choice(names.ENCODINGS)
    return f"{r.choice(['cp', 'iso-', 'utf-', 'mac-', 'windows-'])}{r.randint(1, 9999)}"


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
