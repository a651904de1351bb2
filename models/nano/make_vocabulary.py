"""Cuts Qwen's vocabulary down to bytes, short letter sequences and the words that tools and requests are likely to use.

    python -m nano.make_vocabulary path/to/ggml-vocab-qwen2.gguf

All merges but three make letters only, so numbers stay single digits and quotes, slashes and brackets stay single characters;
the closing quote of a string is always the same token.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from .tokenizer import VOCABULARY_FILE, byte_letters
from .wordnet import lemma_counts, synonym_sets

FIRST_MERGES = 2500  # letter sequences among Qwen's first merges are kept whatever they are
WORDS = 4000  # and the merges that these many words need, besides our own
LAST_RANK = 60_000  # words of WordNet that need a rarer merge stay in pieces
STRUCTURE = ('{ "', '" :', 'Ġ "')
_LETTERS = re.compile(r"^Ġ?[A-Za-z]+$")


def own_words() -> set[str]:
    """The words of this project's data."""
    folder = Path(__file__).parent
    files = [*folder.rglob("data/**/*.toml"), *folder.rglob("data/*.txt"), folder / "names.py"]
    return {word.lower() for file in files for word in re.findall(r"[A-Za-z]{2,}", file.read_text())}


def general_words() -> list[str]:
    """Words of WordNet's glosses and lemmas, the usual ones first."""
    counts: Counter[str] = Counter()
    for entry in synonym_sets():
        counts.update(re.findall(r"[a-z]{2,}", entry.gloss.lower()))
    for (lemma, _), count in lemma_counts().items():
        if lemma.isalpha():
            counts[lemma] += 2 * count
    return [word for word, _ in counts.most_common(WORDS)]


def merge_path(token: str, ranks: dict[tuple[str, str], int]) -> list[int] | None:
    """The merges that make this token of its letters, or None where it is several tokens."""
    parts, used = list(token), []
    while len(parts) > 1:
        rank, at = min((ranks.get(pair, 1 << 30), at) for at, pair in enumerate(zip(parts, parts[1:])))
        if rank == 1 << 30:
            return None
        parts[at : at + 2] = [parts[at] + parts[at + 1]]
        used.append(rank)
    return used


def kept_merges(merges: list[str]) -> list[str]:
    ranks = {tuple(merge.split(" ")): rank for rank, merge in enumerate(merges)}
    kept = {rank for rank, merge in enumerate(merges[:FIRST_MERGES]) if _LETTERS.match(merge.replace(" ", ""))}
    kept |= {merges.index(merge) for merge in STRUCTURE}
    own = own_words()
    for word in [*own, *general_words()]:
        forms = [word, "Ġ" + word, word.capitalize()] + (["Ġ" + word.capitalize()] if word in own else [])
        for path in (merge_path(form, ranks) for form in forms):
            if path and (word in own or max(path) < LAST_RANK):
                kept.update(path)
    return [merges[rank] for rank in sorted(kept)]


def main() -> None:
    from gguf import GGUFReader

    fields = GGUFReader(sys.argv[1]).fields
    merges = [bytes(fields["tokenizer.ggml.merges"].parts[i]).decode() for i in fields["tokenizer.ggml.merges"].data]
    order = [bytes(fields["tokenizer.ggml.tokens"].parts[i]).decode() for i in fields["tokenizer.ggml.tokens"].data][:256]
    assert set(order) == set(byte_letters())
    kept = kept_merges(merges)
    tokens = order + list(dict.fromkeys(merge.replace(" ", "") for merge in kept))
    VOCABULARY_FILE.write_text(json.dumps({"tokens": tokens, "merges": kept}, ensure_ascii=False))
    print(f"{len(tokens)} tokens, {len(kept)} merges -> {VOCABULARY_FILE}")


if __name__ == "__main__":
    main()
