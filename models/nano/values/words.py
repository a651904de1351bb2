"""Words, phrases, sentences and templates."""

import random
import string
from functools import cache

from ..wordnet import common_words, dictionary_words
from .registry import slot


def usual_words() -> list[str]:
    return _usual_words()


@cache
def _usual_words() -> list[str]:
    return common_words("noun", 10, 10) + common_words("verb", 10, 10) + common_words("adj", 10, 10)


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


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
    return " ".join(odd_word(r) for _ in range(r.randint(1, 4))) if kind < 0.95 else odd_word(r) + str(r.randint(1, 999))


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
