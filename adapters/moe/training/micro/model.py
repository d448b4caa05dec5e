"""A llama with experts, small enough to train on one core.

T tokens, B sequences, L length, D width, F expert width, E experts, K experts used.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from micro import vocabulary


@dataclass(frozen=True)
class Shape:
    """The architecture numbers of one model.

    `null_experts` come after the experts, are chosen like them and compute nothing (AdaMoE, arXiv:2406.13233).
    `shared_width`: of the expert that every token takes (DeepSeekMoE, arXiv:2401.06066); 0 for none.
    """

    width: int = 96
    expert_width: int = 96
    heads: int = 3
    layers: int = 4
    experts: int = 8
    used: int = 2
    null_experts: int = 0
    shared_width: int = 0
    context: int = 512
    rope_base: float = 10000.0
    epsilon: float = 1e-5

    @property
    def head_width(self) -> int:
        return self.width // self.heads

    @property
    def choices(self) -> int:
        """What the router chooses among."""
        return self.experts + self.null_experts

    @property
    def kind(self) -> str:
        """llama.cpp's name of the architecture."""
        return "deepseek" if self.shared_width else "llama"


def rope_table(shape: Shape) -> tuple[Tensor, Tensor]:
    """Cosines and sines, each [context, head_width / 2]."""
    half = torch.arange(0, shape.head_width, 2, dtype=torch.float64) / shape.head_width
    angles = torch.outer(torch.arange(shape.context, dtype=torch.float64), shape.rope_base**-half)
    return angles.cos().float(), angles.sin().float()


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """RoPE on neighbouring pairs (2i, 2i+1), llama.cpp's "normal" convention. x: [B, H, L, head]."""
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


class Attention(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.heads = shape.heads
        self.q = nn.Linear(shape.width, shape.width, bias=False)
        self.k = nn.Linear(shape.width, shape.width, bias=False)
        self.v = nn.Linear(shape.width, shape.width, bias=False)
        self.output = nn.Linear(shape.width, shape.width, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """x: [B, L, D] -> mixed values before the output projection, [B, L, D]."""
        b, length, width = x.shape
        q, k, v = (
            w(x).view(b, length, self.heads, -1).transpose(1, 2) for w in (self.q, self.k, self.v)
        )
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        mixed = fn.scaled_dot_product_attention(q, k, v, is_causal=True)
        return mixed.transpose(1, 2).reshape(b, length, width)


class Experts(nn.Module):
    """K of E gated feed-forward experts per token, and a shared one if there is one.

    Gate weights are divided by their sum over the K in a llama, and stay as they are in a deepseek.
    """

    def __init__(self, shape: Shape):
        super().__init__()
        e, f, d = shape.experts, shape.expert_width, shape.width
        self.used = shape.used
        self.normalised = shape.kind == "llama"
        self.router = nn.Linear(d, shape.choices, bias=False)
        self.gate_up = nn.Parameter(torch.empty(e, 2 * f, d))
        self.down = nn.Parameter(torch.empty(e, d, f))
        self.shared_gate_up = nn.Parameter(torch.empty(2 * shape.shared_width, d))
        self.shared_down = nn.Parameter(torch.empty(d, shape.shared_width))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """x: [T, D] -> (output [T, D], load-balance loss of Switch Transformers, arXiv:2101.03961)."""
        mass = self.router(x).softmax(dim=-1)  # [T, E]
        top, chosen = mass.topk(self.used, dim=-1)  # [T, K]
        weight = (top / top.sum(dim=-1, keepdim=True) if self.normalised else top).flatten()
        order = chosen.flatten().argsort()
        token = order // self.used
        counts = torch.bincount(chosen.flatten(), minlength=mass.shape[1])
        balance = mass.shape[1] * (counts / counts.sum() * mass.mean(dim=0)).sum()
        real = counts[: self.gate_up.shape[0]].tolist()
        order, token = order[: sum(real)], token[: sum(real)]  # null experts sort last
        parts = [
            _swiglu(rows, self.gate_up[e], self.down[e])
            for e, rows in enumerate(x[token].split(real))
            if rows.shape[0]
        ]
        nobody = x.new_zeros(0, x.shape[1])  # where only null experts were chosen
        weighted = torch.cat([*parts, nobody]) * weight[order].unsqueeze(1)
        out = torch.zeros_like(x).index_add(0, token, weighted)
        if self.shared_down.numel():
            out = out + _swiglu(x, self.shared_gate_up, self.shared_down)
        return out, balance


def _swiglu(rows: Tensor, gate_up: Tensor, down: Tensor) -> Tensor:
    gate, up = (rows @ gate_up.T).chunk(2, dim=-1)
    return (fn.silu(gate) * up) @ down.T


class Block(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.attention_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.attention = Attention(shape)
        self.experts_norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.experts = Experts(shape)

    def forward(self, x: Tensor, rope: tuple[Tensor, Tensor], keep: Tensor) -> tuple[Tensor, Tensor]:
        """x: [B, L, D], keep: positions of the flattened [B * L] that go on -> ([T, D], balance)."""
        mixed = self.attention(self.attention_norm(x), *rope).flatten(0, 1)[keep]
        x = x.flatten(0, 1)[keep] + self.attention.output(mixed)
        change, balance = self.experts(self.experts_norm(x))
        return x + change, balance


class MicroMoe(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.embedding = nn.Embedding(vocabulary.SIZE, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.norm = nn.RMSNorm(shape.width, eps=shape.epsilon)
        self.head = nn.Linear(shape.width, vocabulary.SIZE, bias=False)
        cos, sin = rope_table(shape)
        self.register_buffer("cos", cos, persistent=False)
        self.register_buffer("sin", sin, persistent=False)
        self._initialise()

    def _initialise(self) -> None:
        """Normal 0.02-like, residual outputs damped by the depth."""
        damped = ("attention.output.weight", "experts.down", "experts.shared_down")
        for name, p in self.named_parameters():
            if p.dim() < 2 or p.numel() == 0:
                continue
            std = p.shape[-1] ** -0.5
            nn.init.normal_(p, std=std / (2 * self.shape.layers) ** 0.5 if name.endswith(damped) else std)
        nn.init.normal_(self.embedding.weight, std=0.5)
        nn.init.normal_(self.head.weight, std=0.02)

    def forward(self, ids: Tensor, keep: Tensor) -> tuple[Tensor, Tensor]:
        """ids: [B, L], keep: flat positions whose logits are wanted -> (logits [len(keep), V], balance).

        The last layer mixes all positions but computes experts only for the kept ones.
        """
        b, length = ids.shape
        rope = self.cos[:length], self.sin[:length]
        everywhere = torch.arange(b * length)
        x, balance = self.embedding(ids), torch.zeros(())
        for i, block in enumerate(self.blocks):
            last = i + 1 == len(self.blocks)
            x, share = block(x.view(b, length, -1), rope, keep if last else everywhere)
            balance = balance + share
        return self.head(self.norm(x)), balance / len(self.blocks)

    def parameter_counts(self) -> dict[str, int]:
        """Total parameters, and those that touch one token (on average, where null experts are balanced)."""
        total = sum(p.numel() for p in self.parameters())
        idle = 1 - self.shape.used / self.shape.choices
        experts = sum(b.experts.gate_up.numel() + b.experts.down.numel() for b in self.blocks)
        return {"total": total, "active": round(total - idle * experts)}


@torch.no_grad()
def greedy(model: MicroMoe, prompt: list[int], limit: int = 96) -> list[int]:
    """The most probable continuation, up to and without the end token."""
    ids = list(prompt)
    for _ in range(limit):
        logits, _ = model(torch.tensor([ids]), torch.tensor([len(ids) - 1]))
        token = int(logits[0].argmax())
        if token == vocabulary.END:
            break
        ids.append(token)
    return ids[len(prompt):]
