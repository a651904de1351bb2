"""Vectors of words from WordNet: words that explain each other, or are explained in the same words, lie close together.

Positive pointwise mutual information of words that meet in a synonym set (its lemmas, its hypernyms, its gloss), cut down to few
dimensions by a truncated singular value decomposition (Levy, Goldberg and Dagan, 2015).
"""

import re

import numpy as np
import torch

from .wordnet import synonym_sets

STOP_WORDS = set(
    "the a an of in to and or for with by on at from as is are be that which it its his her their this into used one who usually especially "
    "having etc not something someone being made make have has was were but when than some any all other if so up out can will may you your "
    "he she they we i my do does did no such very more most between over under about during without where there also only".split()
)
SMOOTHING = 0.75  # exponent of context counts: keeps rare words from having the greatest information


def stem(word: str) -> str:
    """A crude stem, so that `computes` and `computing` meet `compute`."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "es", "ed", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


_POS = {"n": "noun", "v": "verb", "a": "adj", "s": "adj", "r": "adv"}


def word_vectors(words: list[str], width: int, seed: int = 0) -> torch.Tensor:
    """Unit vectors [words, width] of lower-case words; zero for those that WordNet does not know."""
    stems = {s: i for i, s in enumerate(dict.fromkeys(stem(w) for w in words))}
    known: dict[str, int | None] = {}

    def indices(texts) -> np.ndarray:
        found = set()
        for text in texts:
            if text not in known:
                known[text] = None if text in STOP_WORDS else stems.get(stem(text))
            found.add(known[text])
        return np.array(sorted(i for i in found if i is not None), dtype=np.int64)

    lemmas_at = {(e.pos, e.offset): e.lemmas for e in synonym_sets()}
    meetings = []
    for entry in synonym_sets():
        lemmas = indices(part for lemma in entry.lemmas for part in lemma.split("_"))
        above = (lemma for pos, offset in entry.hypernyms for lemma in lemmas_at.get((_POS.get(pos, ""), offset), ()))
        hypernyms = indices(part for lemma in above for part in lemma.split("_"))
        gloss = indices(re.findall(r"[a-z]{2,}", entry.gloss.lower()))
        meetings += [(lemmas, lemmas, 5.0), (lemmas, hypernyms, 3.0), (lemmas, gloss, 2.0 / max(1, len(gloss)) ** 0.5), (gloss, gloss, 1.0 / max(1, len(gloss)))]
    return _decomposed(_matrix(meetings, len(stems)), width, seed)[[stems[stem(w)] for w in words]]


def _matrix(meetings: list[tuple[np.ndarray, np.ndarray, float]], size: int) -> torch.Tensor:
    """How much the words met: each group with each other, symmetric, nobody with itself."""
    firsts = torch.from_numpy(np.concatenate([np.repeat(a, len(b)) for a, b, _ in meetings]))
    seconds = torch.from_numpy(np.concatenate([np.tile(b, len(a)) for a, b, _ in meetings]))
    weights = torch.cat([torch.full((len(a) * len(b),), w) for a, b, w in meetings])
    weights = weights * (firsts != seconds)
    at = torch.stack([torch.cat([firsts, seconds]), torch.cat([seconds, firsts])])
    return torch.sparse_coo_tensor(at, torch.cat([weights, weights]), (size, size), check_invariants=True).coalesce()


def _decomposed(together: torch.Tensor, width: int, seed: int) -> torch.Tensor:
    at, weight, size = together.indices(), together.values(), together.shape[0]
    total = torch.zeros(size).index_add_(0, at[0], weight)
    context = total.pow(SMOOTHING)
    information = (weight * context.sum() / (total[at[0]] * context[at[1]]).clamp(min=1e-9)).log().clamp(min=0)
    matrix = torch.sparse_coo_tensor(at, information, (size, size), check_invariants=True).coalesce()
    torch.manual_seed(seed)
    left, strength, _ = torch.svd_lowrank(matrix, q=width + 16, niter=4)
    vectors = left[:, :width] * strength[:width].sqrt()
    return vectors / vectors.norm(dim=1, keepdim=True).clamp(min=1e-6)
