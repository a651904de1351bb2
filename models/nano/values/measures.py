"""Quantities of everyday life: distances, doses, temperatures, prices."""

import random

from .registry import Said, slot


@slot
def kilometres(r: random.Random) -> str:
    return str(r.randint(1, 900)) if r.random() < 0.6 else f"{r.randint(0, 120)}.{r.randint(1, 9)}"


@slot
def mileage(r: random.Random) -> str | Said:
    value = r.randint(1000, 280000)
    return (f"{value:,}", str(value)) if r.random() < 0.4 else str(value)


@slot
def weight(r: random.Random) -> str:
    return str(r.randint(2, 130)) if r.random() < 0.5 else f"{r.randint(1, 120)}.{r.randint(1, 9)}"


@slot
def volume(r: random.Random) -> str:
    return str(r.randint(1, 80)) if r.random() < 0.5 else f"{r.randint(0, 60)}.{r.randint(1, 99)}"


@slot
def systolic(r: random.Random) -> str:
    return str(r.randint(90, 195))


@slot
def diastolic(r: random.Random) -> str:
    return str(r.randint(50, 115))


@slot
def beats(r: random.Random) -> str:
    return str(r.randint(42, 190))


@slot
def dose(r: random.Random) -> str:
    return r.choice([
        f"{r.choice([5, 10, 20, 25, 50, 100, 200, 250, 400, 500, 1000])} {r.choice(['mg', 'mg', 'ml', 'mcg'])}",
        f"{r.choice([5, 10, 40, 75, 150, 500, 600])}mg",
        f"{r.choice(['one', 'two', 'half a', 'a'])} {r.choice(['tablet', 'pill', 'capsule', 'spoonful'])}",
        f"{r.randint(2, 4)} {r.choice(['tablets', 'drops', 'puffs', 'capsules'])}",
    ])


@slot
def house_price(r: random.Random) -> Said:
    value = r.randint(40, 1900) * 1000 + r.choice([0, 0, 0, 500, 950])
    return r.choice([str(value), f"{value:,}"]), str(value)


@slot
def square_metres(r: random.Random) -> str:
    return str(r.randint(18, 400))


@slot
def small_money(r: random.Random) -> str:
    return str(r.randint(1, 250)) if r.random() < 0.55 else f"{r.randint(0, 180)}.{r.randint(0, 99):02d}"


@slot
def salary(r: random.Random) -> str | Said:
    value = r.randint(16, 220) * 1000 + r.choice([0, 0, 500])
    return (f"{value:,}", str(value)) if r.random() < 0.5 else str(value)


@slot
def oven_degrees(r: random.Random) -> str:
    return str(r.randint(10, 50) * 5)


@slot
def wash_degrees(r: random.Random) -> str:
    return r.choice(["20", "30", "40", "50", "60", "90", "95"])


@slot
def spin(r: random.Random) -> str:
    return str(r.randint(4, 16) * 100)


@slot
def cold_degrees(r: random.Random) -> str:
    return str(r.randint(-25, 9))


@slot
def tempo(r: random.Random) -> str:
    return r.choice(["0.5", "0.75", "1", "1.25", "1.5", "1.75", "2", "2.5", "3", "0.8", "1.1", "1.2"])
