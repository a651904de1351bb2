"""Codes, paths, SQL, addresses, commands, patterns."""

import random
import string

from .. import names
from ..wordnet import dictionary_words
from .registry import Said, slot
from .words import capital, noun, odd_word, phrase_of, word


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
