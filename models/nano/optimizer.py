"""Muon for matrices, AdamW for embeddings and gains, as one optimizer.

Muon (Jordan, 2024): the momentum of a matrix is replaced by the nearest orthogonal matrix, found by a few Newton-Schulz steps, so that
all its directions learn at the same pace.
"""

from collections import defaultdict

import torch

from .model import Model

MOMENTUM = 0.95
DECAY = 0.005
STEPS = (3.4445, -4.7750, 2.0315), 5  # coefficients of the quintic, and how often it is applied


def orthogonalised(stack: torch.Tensor) -> torch.Tensor:
    """[S, m, n] with m <= n: each matrix made orthogonal, roughly."""
    (a, b, c), count = STEPS
    x = stack / (stack.flatten(1).norm(dim=1)[:, None, None] + 1e-7)
    for _ in range(count):
        square = x @ x.transpose(1, 2)
        x = a * x + (b * square + c * square @ square) @ x
    return x


class Optimizer:
    def __init__(self, model: Model, matrix_rate: float, embedding_rate: float, gain_rate: float):
        self.matrices = [p for layer in model.layers for p in layer.parameters() if p.dim() == 2]
        gains = [p for p in model.parameters() if p.dim() == 1]
        self.momenta = [torch.zeros_like(p) for p in self.matrices]
        self.adam = torch.optim.AdamW(
            [{"params": [model.embedding], "lr": embedding_rate}, {"params": gains, "lr": gain_rate}], betas=(0.9, 0.98), eps=1e-9, weight_decay=0.0
        )
        self.rates = matrix_rate, [embedding_rate, gain_rate]

    @torch.no_grad()
    def step(self, share: float) -> None:
        """One step with this share of the full learning rates; gradients are cleared."""
        matrix_rate, adam_rates = self.rates
        for group, rate in zip(self.adam.param_groups, adam_rates):
            group["lr"] = rate * share
        self.adam.step()
        self.adam.zero_grad(set_to_none=True)
        by_shape: dict[tuple[int, int], list[int]] = defaultdict(list)
        for i, matrix in enumerate(self.matrices):
            by_shape[tuple(sorted(matrix.shape))].append(i)
        for indices in by_shape.values():
            self._muon([(self.matrices[i], self.momenta[i]) for i in indices], matrix_rate * share)

    def _muon(self, pairs: list[tuple[torch.Tensor, torch.Tensor]], rate: float) -> None:
        updates = []
        for matrix, momentum in pairs:
            momentum.mul_(MOMENTUM).add_(matrix.grad)
            update = matrix.grad + MOMENTUM * momentum
            updates.append(update if update.shape[0] <= update.shape[1] else update.t())
        for (matrix, _), update in zip(pairs, orthogonalised(torch.stack(updates))):
            update = update if matrix.shape[0] <= matrix.shape[1] else update.t()
            matrix.mul_(1 - rate * DECAY).add_(update, alpha=-rate * max(1.0, matrix.shape[0] / matrix.shape[1]) ** 0.5)
            matrix.grad = None

    def state(self) -> dict:
        return {"adam": self.adam.state_dict(), "momenta": self.momenta}

    def load(self, state: dict) -> None:
        self.adam.load_state_dict(state["adam"])
        for own, stored in zip(self.momenta, state["momenta"]):
            own.copy_(stored)
