"""How requests are dressed: quotes around values, politeness, small talk, lists of values, and styles of names."""

import random
import re

from .values import capital, topic

PREFIXES = [
    "Please ", "Can you ", "Could you ", "Could you please ", "Hey, ", "I need you to ", "please ", "Now ", "I want to ", "Ok, ", "Help me: ",
    "I would like you to ", "Would you mind if I asked you to ", "Hi! ", "Quick one: ", "For my homework, ", "Next, ", "Would you ", "Also, ",
]
BEFORE = [
    "I am working on a project about {}. ", "My boss asked about {}. ", "I've been thinking about {}. ", "Let's talk about {}. ", "Good morning! ",
    "I have a question. ", "I'm in a hurry. ", "We are planning something. ", "It is for a class on {}. ", "I need some help here. ", "Hello there, ",
]
AFTER = [" please", ", please", " for me", ", thanks", "?", ".", ".", "!", " Thank you!", ". Thanks a lot.", " right now", " if you can", ". It's urgent."]


def alternatives(text: str, r: random.Random) -> str:
    """`[a|b|]` becomes one of its parts; they nest."""
    while found := re.search(r"\[([^\[\]]*\|[^\[\]]*)\]", text):
        text = text[: found.start()] + r.choice(found.group(1).split("|")) + text[found.end() :]
    return text


def quoted(text: str, r: random.Random) -> str:
    """In quotes that the text does not hold; without any where it holds both."""
    marks = [q for q in "'\"" if q not in text]
    if not marks:
        return text
    mark = r.choice(marks)
    return mark + text + mark


def listed(values: list[str], r: random.Random) -> str:
    style = r.random()
    if style < 0.3:
        return "[" + ", ".join(values) + "]"
    if style < 0.55 or len(values) == 1:
        return ", ".join(values)
    return enumerated(values, r)


def enumerated(values: list[str], r: random.Random) -> str:
    """Two values or more as prose lists them."""
    return ", ".join(values[:-1]) + (r.choice([" and ", ", and "]) if len(values) > 2 else " and ") + values[-1]


def dressed(text: str, r: random.Random, ends_in_value: bool, begins_in_value: bool = False) -> str:
    """Polite words before and after, lower case, missing question marks, small talk. A value at the end is left alone mostly, one at the
    beginning keeps its case."""
    kind = r.uniform(0.26, 1) if begins_in_value else r.random()
    if kind < 0.16 and re.match(r"^[A-Z][a-z]* ", text) and not text.startswith("I "):
        text = r.choice(PREFIXES) + text[0].lower() + text[1:]
    elif kind < 0.26 and re.match(r"^[A-Z][a-z]", text):
        text = text[0].lower() + text[1:]
    elif kind < 0.31:
        text = r.choice(BEFORE).format(topic(r)) + text
    if text.endswith("?") and r.random() < 0.08:
        return text[:-1]
    if r.random() < (0.05 if ends_in_value else 0.14) and text[-1] not in ".!?":
        text += r.choice([".", " please"] if ends_in_value else AFTER)
    return text


NAME_STYLES = ["fn_", "", "", "", "", "tool_", "camel", "do_", "api_", "fn_", "pascal"]


def styled(name: str, style: str) -> str:
    """A name in the style of a block: all its tools share one."""
    if style in ("camel", "pascal"):
        parts = name.split("_")
        return (parts[0] if style == "camel" else capital(parts[0])) + "".join(map(capital, parts[1:]))
    return style + name
