"""Words from Debian's wordnet-base and wamerican: lemmas with their counts, synonym sets, and the glosses that explain them."""

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDNET = Path("/usr/share/wordnet")
WORD_LIST = Path("/usr/share/dict/words")
POS_FILES = {"noun": "1", "verb": "2", "adj": "3", "adv": "4"}
_PLAIN = re.compile(r"^[a-z]{2,14}$")
_PHRASE = re.compile(r"^[a-z]{3,14}(_[a-z]{2,12})?$")
MOST_OF_A_KIND = 200  # nouns with more below them are too general to tell what is one


@dataclass(frozen=True)
class SynonymSet:
    pos: str
    lemmas: tuple[str, ...]
    gloss: str
    hypernyms: tuple[tuple[str, int], ...]
    offset: int


@cache
def lemma_counts() -> dict[tuple[str, str], int]:
    """How often each (lemma, part of speech) was seen in WordNet's tagged texts."""
    counts: Counter[tuple[str, str]] = Counter()
    names = {number: pos for pos, number in POS_FILES.items()} | {"5": "adj"}
    for line in _lines("cntlist.rev"):
        key, _, count = line.split()
        lemma, sense = key.split("%")
        if sense[0] in names:
            counts[lemma, names[sense[0]]] += int(count)
    return dict(counts)


@cache
def synonym_sets() -> list[SynonymSet]:
    return [_parsed(line, pos) for pos in POS_FILES for line in _lines(f"data.{pos}") if not line.startswith("  ")]


@cache
def common_words(pos: str, least: int, longest: int = 11) -> list[str]:
    """Plain words of a part of speech that were seen at least so often."""
    counts = lemma_counts()
    return sorted(w for (w, p), n in counts.items() if p == pos and n >= least and _PLAIN.match(w) and 3 <= len(w) <= longest)


@cache
def synonyms(pos: str, least: int = 4) -> dict[str, list[str]]:
    """For common words, the common words that share a set in which both are usual."""
    counts, found = lemma_counts(), {}
    for entry in synonym_sets():
        if entry.pos != pos:
            continue
        usual = [w for w in entry.lemmas if _PLAIN.match(w) and counts.get((w, pos), 0) >= least]
        for word in usual:
            found.setdefault(word, []).extend(w for w in usual if w != word and w not in found.get(word, []))
    return {word: others for word, others in found.items() if others}


@cache
def kinds(least: int = 5, deepest: int = 4) -> dict[str, list[str]]:
    """Common nouns and usual words for what is one: `drink` has coffee and cider. All in their most frequent sense only."""
    counts = lemma_counts()
    first = {fields[0]: int(fields[-int(fields[2])]) for fields in map(str.split, _lines("index.noun")) if fields and fields[0][0].isalpha()}
    nouns = {entry.offset: entry for entry in synonym_sets() if entry.pos == "noun"}
    below: dict[int, list[int]] = {}
    for entry in nouns.values():
        for _, above in entry.hypernyms:
            below.setdefault(above, []).append(entry.offset)
    found = {}
    for noun in common_words("noun", 3):
        offsets = layer = below.get(first.get(noun, 0), [])
        for _ in range(deepest - 1):
            layer = [under for offset in layer for under in below.get(offset, [])]
            offsets = offsets + layer
        lemmas = (lemma for offset in offsets for lemma in nouns[offset].lemmas if first.get(lemma) == offset)
        members = [lemma.replace("_", " ") for lemma in dict.fromkeys(lemmas) if _PHRASE.match(lemma) and noun not in lemma and counts.get((lemma, "noun"))]
        if least <= len(members) <= MOST_OF_A_KIND:
            found[noun] = members
    return found


@cache
def dictionary_words() -> tuple[list[str], list[str]]:
    """Small words and names of the system's word list."""
    words = WORD_LIST.read_text().split()
    small = [w for w in words if re.match(r"^[a-z]{3,10}$", w)]
    names = [w for w in words if re.match(r"^[A-Z][a-z]{2,10}$", w)]
    return small, names


def _lines(name: str) -> list[str]:
    return (WORDNET / name).read_text(encoding="utf-8").splitlines()


def _parsed(line: str, pos: str) -> SynonymSet:
    fields, _, gloss = line.partition(" | ")
    parts = fields.split()
    count = int(parts[3], 16)
    lemmas = tuple(re.sub(r"\(.*\)", "", parts[4 + 2 * i]).lower() for i in range(count))
    at = 4 + 2 * count
    pointers = [parts[at + 1 + 4 * i : at + 5 + 4 * i] for i in range(int(parts[at]))]
    up = tuple((p[2], int(p[1])) for p in pointers if p[0] in ("@", "@i"))
    return SynonymSet(pos, lemmas, gloss.strip(), up, int(parts[0]))
