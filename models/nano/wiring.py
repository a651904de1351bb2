"""What the model knows before it has seen anything: words that look or mean alike have vectors alike, and heads that copy.

Learning to copy from scratch takes long: nothing improves until two layers fit each other. Here they do from the start.
- Layer 0: heads 0 to 2 look at the token before, head 3 at the one before that, by position alone, and write what they
  find into a subspace of its own (the columns of `written`).
- Layer 1: heads 0 to 2 are induction heads: they look for tokens whose predecessor is the present token, and copy them.
- All other heads of layer 1 and later copy the tokens that they look at. Those of layer 1 look at all that is not far, so that each
  place knows what was said around it. From layer 2 on every other one looks, away from what is near, for places like the present one:
  from the answer at tools whose words mean what the request said.
Training is free to change all of it.
"""

import math
import re
import zlib

import torch

from .model import Model
from .semantics import word_vectors
from .tokenizer import Tokenizer

PREVIOUS_HEADS = 3
CONSTANT = 0.5  # share of every embedding that is the same: what heads that look at positions only can hold on to
WINDOWS = 4, 5, 6  # the rotary dimensions of the gathering heads: they see about 12, 35 and 90 tokens back
AWAY, LOOK_AWAY = 5, 0.2  # the rotary dimension by which likeness heads look away from what is near, and how strongly
SLOW = 0.012  # radians per token below which a rotary dimension hardly tells positions apart


def structured_embedding(tokenizer: Tokenizer, width: int, seed: int, semantic: float = 0.75) -> torch.Tensor:
    """[V, width] unit vectors: `x`, ` x` and `X` share most of theirs, words of one meaning some, words of one spelling a little."""
    generator = torch.Generator().manual_seed(seed)
    vectors = torch.randn(len(tokenizer), width, generator=generator)
    vectors /= vectors.norm(dim=1, keepdim=True)
    words = {i: t.lstrip("Ġ") for i, t in enumerate(tokenizer.tokens[: tokenizer.regular]) if i >= 256 and re.match(r"^Ġ?[A-Za-z]+$", t)}
    lower = sorted({w.lower() for w in words.values()})
    meaning = word_vectors(lower, width) if semantic else torch.zeros(len(lower), width)
    place = {w: i for i, w in enumerate(lower)}
    for i, word in words.items():
        small = word.lower()
        framed = f"^{small}$"
        grams = [framed[a : a + n] for n in (3, 4, 5) for a in range(len(framed) - n + 1)]
        vector = semantic * meaning[place[small]] + 0.55 * _hashed("word " + small, width) + 0.25 * vectors[i]
        vector = vector + 0.3 * sum(_hashed(g, width) for g in grams) / max(1, len(grams)) ** 0.5
        for applies, feature in ((tokenizer.tokens[i][0] == "Ġ", "space"), (word[0].isupper(), "capital"), (len(word) > 1 and word.isupper(), "capitals")):
            if applies:
                vector = vector + 0.25 * _hashed(feature, width)
        vectors[i] = vector
    return vectors / vectors.norm(dim=1, keepdim=True)


def _hashed(text: str, width: int) -> torch.Tensor:
    """The same random unit vector for the same text."""
    vector = torch.randn(width, generator=torch.Generator().manual_seed(zlib.crc32(text.encode())))
    return vector / vector.norm()


@torch.no_grad()
def wire(model: Model, embedding: torch.Tensor, seed: int) -> None:
    shape, generator = model.shape, torch.Generator().manual_seed(seed)
    if shape.layers < 2 or shape.heads <= PREVIOUS_HEADS:
        raise ValueError(f"wiring needs 2 layers and {PREVIOUS_HEADS + 1} heads, got {shape.layers} and {shape.heads}")
    constant = torch.randn(shape.width, generator=generator)
    constant /= constant.norm()
    model.embedding.copy_(_with_constant(embedding, constant))
    source = _orthogonal(shape.width, generator)
    source -= (source @ constant)[:, None] * constant  # rows: slices of a token's own vector
    written = _orthogonal(shape.width, generator)
    written -= constant[:, None] * (constant @ written)  # columns: where layer 0 writes the tokens before
    _look_back(model, constant, source, written, generator)
    _induct(model, source, written, generator)
    _copy(model, constant, generator)
    _gather(model, constant, generator)
    _find_alike(model, constant, generator)


def _with_constant(embedding: torch.Tensor, constant: torch.Tensor) -> torch.Tensor:
    free = embedding - (embedding @ constant)[:, None] * constant
    free /= free.norm(dim=1, keepdim=True)
    return free * (1 - CONSTANT**2) ** 0.5 + CONSTANT * constant


def _orthogonal(size: int, generator: torch.Generator) -> torch.Tensor:
    return torch.linalg.qr(torch.randn(size, size, generator=generator))[0]


def _speeds(model: Model) -> torch.Tensor:
    size = model.shape.head
    return model.shape.rope_base ** (-torch.arange(0, size, 2).float() / size)


def _look_back(model: Model, constant: torch.Tensor, source: torch.Tensor, written: torch.Tensor, generator: torch.Generator) -> None:
    layer, size, width = model.layers[0], model.shape.head, model.shape.width
    speeds, noise = _speeds(model), 0.03 * width**-0.5
    shares = torch.tensor([0.4, 0.35, 0.25]).sqrt()  # of the three fastest dimensions
    for head in range(PREVIOUS_HEADS + 1):
        back = 1 if head < PREVIOUS_HEADS else 2
        asks, offers = torch.zeros(size), torch.zeros(size)
        for i, share in enumerate(shares):  # the key is the query turned by `back` positions
            asks[i] = share
            offers[i] = share * math.cos(speeds[i] * back)
            offers[i + size // 2] = share * math.sin(speeds[i] * back)
        part = slice(head * size, (head + 1) * size)
        layer.query[part] = asks[:, None] * constant + noise * torch.randn(size, width, generator=generator)
        layer.key[part] = offers[:, None] * constant + noise * torch.randn(size, width, generator=generator)
        layer.value[part] = source[part] if back == 1 else source[:size]
        layer.output[:, part] = written[:, part] / width**0.5
    layer.query_norm.weight.fill_(2.0)
    layer.key_norm.weight.fill_(2.0)


def _slow_dimensions(model: Model) -> list[int]:
    slow = [i for i, speed in enumerate(_speeds(model)) if speed < SLOW]
    return slow + [i + model.shape.head // 2 for i in slow]


def _induct(model: Model, source: torch.Tensor, written: torch.Tensor, generator: torch.Generator) -> None:
    layer, size, width = model.layers[1], model.shape.head, model.shape.width
    dimensions = _slow_dimensions(model)
    for head in range(PREVIOUS_HEADS):
        part = slice(head * size, (head + 1) * size)
        query, key = torch.zeros(size, width), torch.zeros(size, width)
        single = len(dimensions) - len(dimensions) // 4
        for j, dimension in enumerate(dimensions):
            if j < single:  # the present token against the predecessor of the key
                query[dimension], key[dimension] = source[head * size + j], written[:, head * size + j]
            else:  # the predecessor of the present token against the one two before the key
                query[dimension], key[dimension] = written[:, j - single], written[:, PREVIOUS_HEADS * size + j - single]
        noise = 0.05 * width**-0.5
        layer.query[part] = 0.5 * query + noise * torch.randn(size, width, generator=generator)
        layer.key[part] = 0.5 * key + noise * torch.randn(size, width, generator=generator)
        layer.value[part] = source[part]
        layer.output[:, part] = source[part].t() * (1.6 / width**0.5)
    layer.query_norm.weight.fill_(1.8)
    layer.key_norm.weight.fill_(1.8)


def _copy(model: Model, constant: torch.Tensor, generator: torch.Generator) -> None:
    shape = model.shape
    for index, layer in enumerate(model.layers[1:], start=1):
        basis = _orthogonal(shape.width, generator)
        basis -= (basis @ constant)[:, None] * constant
        strength = 2.2 if index == shape.layers - 1 else 1.0
        for head in range(PREVIOUS_HEADS if index == 1 else 0, shape.heads):
            part = slice(head * shape.head, (head + 1) * shape.head)
            layer.value[part] = basis[part]
            layer.output[:, part] = basis[part].t() * (strength / shape.width**0.5)


def _gather(model: Model, constant: torch.Tensor, generator: torch.Generator) -> None:
    layer, size, width = model.layers[1], model.shape.head, model.shape.width
    for head, dimension in zip(range(PREVIOUS_HEADS, model.shape.heads), WINDOWS):
        part, asks = slice(head * size, (head + 1) * size), torch.zeros(size)
        asks[dimension] = 1.0
        noise = 0.02 * width**-0.5
        layer.query[part] = 0.5 * asks[:, None] * constant + noise * torch.randn(size, width, generator=generator)
        layer.key[part] = 0.5 * asks[:, None] * constant + noise * torch.randn(size, width, generator=generator)


def _find_alike(model: Model, constant: torch.Tensor, generator: torch.Generator) -> None:
    shape, slow = model.shape, _slow_dimensions(model)
    for layer in model.layers[2:]:
        for head in range(0, shape.heads, 2):
            part = slice(head * shape.head, (head + 1) * shape.head)
            alike = torch.zeros(shape.head, shape.width)
            alike[slow] = _orthogonal(shape.width, generator)[: len(slow)]
            alike -= (alike @ constant)[:, None] * constant
            layer.query[part] = layer.key[part] = 0.5 * alike
            layer.query[part.start + AWAY] = LOOK_AWAY * constant
            layer.key[part.start + AWAY] = -LOOK_AWAY * constant
