"""A small Qwen3: RMS norms, rotary attention with normed queries and keys, gated feed-forward, tied embeddings."""

from dataclasses import asdict, dataclass

import torch
import torch.nn.functional as F
from torch import nn


@dataclass(frozen=True)
class Shape:
    vocabulary: int
    width: int = 192
    layers: int = 4
    heads: int = 6
    head: int = 32
    inner: int = 512
    rope_base: float = 1e6
    epsilon: float = 1e-6

    def as_dict(self) -> dict:
        return asdict(self)


class Norm(nn.Module):
    def __init__(self, width: int, epsilon: float, gain: float = 1.0):
        super().__init__()
        self.weight = nn.Parameter(torch.full((width,), gain))
        self.epsilon = epsilon

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.rms_norm(x, self.weight.shape, self.weight, self.epsilon)


class Layer(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        width, attention = shape.width, shape.heads * shape.head
        self.heads, self.head = shape.heads, shape.head
        self.attention_norm, self.feed_norm = Norm(width, shape.epsilon), Norm(width, shape.epsilon)
        self.query_norm, self.key_norm = Norm(shape.head, shape.epsilon, 1.5), Norm(shape.head, shape.epsilon, 1.5)
        scale = 0.5 * width**-0.5
        self.query, self.key, self.value = _matrix(attention, width, scale), _matrix(attention, width, scale), _matrix(attention, width, scale)
        self.output = _matrix(width, attention, 0.1 * attention**-0.5)
        self.gate, self.up = _matrix(shape.inner, width, scale), _matrix(shape.inner, width, scale)
        self.down = _matrix(width, shape.inner, 0.1 * shape.inner**-0.5)

    def forward(self, x: torch.Tensor, turn: "Turn", mask: torch.Tensor, rows: "Rows | None" = None) -> torch.Tensor:
        """`rows` picks the positions that are wanted; keys and values come from all."""
        h = self.attention_norm(x)
        key = turn(self.key_norm(self._split(h @ self.key.t())))
        value = self._split(h @ self.value.t())
        if rows is not None:
            x, h, turn, mask = rows.pick(x), rows.pick(h), rows.turn(turn), rows.mask(mask)
        query = turn(self.query_norm(self._split(h @ self.query.t())))
        mixed = F.scaled_dot_product_attention(query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2), attn_mask=mask)
        x = x + mixed.transpose(1, 2).flatten(2) @ self.output.t()
        h = self.feed_norm(x)
        return x + (F.silu(h @ self.gate.t()) * (h @ self.up.t())) @ self.down.t()

    def _split(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(*x.shape[:-1], self.heads, self.head)


@dataclass
class Turn:
    """Rotary positions, in the layout of llama.cpp's `neox` type: halves of a head are turned against each other."""

    cos: torch.Tensor  # [B, N, 1, head]
    sin: torch.Tensor

    @staticmethod
    def at(positions: torch.Tensor, shape: Shape) -> "Turn":
        speeds = shape.rope_base ** (-torch.arange(0, shape.head, 2, device=positions.device).float() / shape.head)
        angles = (positions.float()[..., None] * speeds).repeat(1, 1, 2)[:, :, None]
        return Turn(angles.cos(), angles.sin())

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        half = x.shape[-1] // 2
        turned = torch.cat([-x[..., half:], x[..., :half]], -1)
        return (x * self.cos + turned * self.sin).to(x.dtype)


@dataclass
class Rows:
    """Some positions of each sequence: [B, R]."""

    index: torch.Tensor

    def pick(self, x: torch.Tensor) -> torch.Tensor:
        return x.gather(1, self.index[..., None].expand(-1, -1, x.shape[-1]))

    def turn(self, turn: Turn) -> Turn:
        index = self.index[..., None, None].expand(-1, -1, 1, turn.cos.shape[-1])
        return Turn(turn.cos.gather(1, index), turn.sin.gather(1, index))

    def mask(self, mask: torch.Tensor) -> torch.Tensor:
        return mask[:, 0].gather(1, self.index[..., None].expand(-1, -1, mask.shape[-1]))[:, None]


class Model(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Parameter(torch.randn(shape.vocabulary, shape.width) * shape.width**-0.5)
        self.layers = nn.ModuleList(Layer(shape) for _ in range(shape.layers))
        self.norm = Norm(shape.width, shape.epsilon, 1.5)  # sharp enough for a vocabulary of thousands

    def forward(self, ids: torch.Tensor, positions: torch.Tensor, groups: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        """Final states of the wanted rows: [B, R, width]. The last layer computes only those."""
        mask = attention_mask(groups)
        turn = Turn.at(positions, self.shape)
        x = F.embedding(ids, self.embedding)
        for layer in self.layers[:-1]:
            x = layer(x, turn, mask)
        return self.norm(self.layers[-1](x, turn, mask, Rows(rows)))

    def logits(self, ids: list[int]) -> torch.Tensor:
        """Of the token after a single sequence: [V]."""
        device = self.embedding.device
        at = torch.arange(len(ids), device=device)[None]
        last = torch.tensor([[len(ids) - 1]], device=device)
        return (self(torch.tensor([ids], device=device), at, torch.zeros_like(at), last) @ self.embedding.t())[0, 0]


def attention_mask(groups: torch.Tensor) -> torch.Tensor:
    """[B, 1, N, N]: earlier tokens of the tools (group 0) and of the own request; padding sees itself."""
    size = groups.shape[1]
    earlier = torch.ones(size, size, dtype=torch.bool, device=groups.device).tril()
    visible = (groups[:, None, :] == 0) | (groups[:, None, :] == groups[:, :, None])
    return (earlier & visible)[:, None]


def _matrix(rows: int, columns: int, scale: float) -> nn.Parameter:
    return nn.Parameter(torch.randn(rows, columns) * scale)
