"""Numbers, as texts: the answer repeats the digits of the request."""

import random
import string

from .registry import Said, slot


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
