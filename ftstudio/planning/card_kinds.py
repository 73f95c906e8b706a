"""Graphics cards as their makers publish them: memory, bandwidth, arithmetic, power, workspaces.

Data with its source beside it. Arithmetic is dense 16-bit tensor work with 32-bit sums, which on
GeForce cards is half of what the boxes say; where it is not published for the very card, it is
reckoned from its float32 rate, and said so. Memory is what CUDA lets a program use, in GiB, as
PyTorch's own out-of-memory messages name it; `~`-marked ones are guessed from cards of the same
size. Newer drivers keep up to 0.2 GiB more for themselves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from ftstudio.core.errors import StudioError

MIB, GIB = 1 << 20, 1 << 30

_VOLTA = "NVIDIA V100 datasheet"
_TURING = "NVIDIA T4 and Quadro RTX datasheets"
_AMPERE = "NVIDIA A100 whitepaper and datasheets of A10, A30, A40, RTX A"
_GA102 = "NVIDIA GA102 whitepaper"
_ADA = "NVIDIA Ada whitepaper"
_ADA_PRO = "NVIDIA datasheets of L4, L40, L40S and RTX 6000 Ada"
_HOPPER = "NVIDIA H100 and H200 datasheets, without sparsity"
_BLACKWELL = "NVIDIA RTX Blackwell and RTX PRO Blackwell whitepapers"
_B200 = "NVIDIA HGX B200 datasheet, without sparsity"
# The rate of tensor work to float32 is that of the cards in the whitepapers (RTX 2080 Ti; 3090,
# 4090, 5090).
_FOUR = "four times its float32 rate"
_TWICE = "twice its float32 rate"

# key | words in its name | architecture | capability | usable GiB | GB/s | TFLOP/s | W | source
_TABLE: tuple[tuple[str, str, str, tuple[int, int], str, float, float, int, str], ...] = (
    ("p100-16gb", "p100", "Pascal", (6, 0), "15.89", 732, 18.7, 250, "NVIDIA P100 datasheet"),
    ("v100-16gb", "v100", "Volta", (7, 0), "15.77", 900, 125, 300, _VOLTA),
    ("v100-32gb", "v100 32gb", "Volta", (7, 0), "31.74", 900, 125, 300, _VOLTA),
    ("t4", "t4", "Turing", (7, 5), "14.75", 320, 65, 70, _TURING),
    ("rtx-8000", "rtx 8000", "Turing", (7, 5), "47.46", 672, 130.5, 295, _TURING),
    ("rtx-2060", "rtx 2060", "Turing", (7, 5), "5.79", 336, 25.8, 160, _FOUR),
    ("rtx-2070", "rtx 2070", "Turing", (7, 5), "7.79", 448, 29.9, 175, _FOUR),
    ("rtx-2080", "rtx 2080", "Turing", (7, 5), "7.79", 448, 40.3, 215, _FOUR),
    ("rtx-2080-ti", "rtx 2080 ti", "Turing", (7, 5), "10.75", 616, 53.8, 250, _FOUR),
    ("a100-40gb", "a100", "Ampere", (8, 0), "39.39", 1555, 312, 400, _AMPERE),
    ("a100-80gb", "a100 80gb", "Ampere", (8, 0), "79.15", 2039, 312, 400, _AMPERE),
    ("a100-80gb-pcie", "a100 80gb pcie", "Ampere", (8, 0), "79.15", 1935, 312, 300, _AMPERE),
    ("a30", "a30", "Ampere", (8, 0), "23.50", 933, 165, 165, _AMPERE),
    ("a10", "a10", "Ampere", (8, 6), "22.06", 600, 125, 150, _AMPERE),
    ("a10g", "a10g", "Ampere", (8, 6), "22.06", 600, 70, 300, _AMPERE),
    ("a40", "a40", "Ampere", (8, 6), "44.34", 696, 149.7, 300, _AMPERE),
    ("rtx-a2000-12gb", "rtx a2000 12gb", "Ampere", (8, 6), "11.63", 288, 31.9, 70, _AMPERE),
    ("rtx-a4000", "rtx a4000", "Ampere", (8, 6), "15.61", 448, 76.7, 140, _AMPERE),
    ("rtx-a5000", "rtx a5000", "Ampere", (8, 6), "23.67", 768, 111.1, 230, _AMPERE),
    ("rtx-a6000", "rtx a6000", "Ampere", (8, 6), "47.54", 768, 154.8, 300, _AMPERE),
    ("rtx-3050", "rtx 3050", "Ampere", (8, 6), "7.79", 224, 18.2, 130, _TWICE),
    ("rtx-3060", "rtx 3060", "Ampere", (8, 6), "11.76", 360, 25.5, 170, _TWICE),
    ("rtx-3060-ti", "rtx 3060 ti", "Ampere", (8, 6), "7.79", 448, 32.4, 200, _TWICE),
    ("rtx-3070", "rtx 3070", "Ampere", (8, 6), "7.78", 448, 40.6, 220, _TWICE),
    ("rtx-3070-ti", "rtx 3070 ti", "Ampere", (8, 6), "7.78", 608, 43.5, 290, _TWICE),
    ("rtx-3080", "rtx 3080", "Ampere", (8, 6), "9.77", 760, 59.5, 320, _TWICE),
    ("rtx-3080-ti", "rtx 3080 ti", "Ampere", (8, 6), "11.77", 912, 68.2, 350, _TWICE),
    ("rtx-3090", "rtx 3090", "Ampere", (8, 6), "23.69", 936, 71, 350, _GA102),
    ("rtx-3090-ti", "rtx 3090 ti", "Ampere", (8, 6), "23.69", 1008, 80, 450, _TWICE),
    ("l4", "l4", "Ada", (8, 9), "22.17", 300, 121, 72, _ADA_PRO),
    ("l40", "l40", "Ada", (8, 9), "44.42", 864, 181, 300, _ADA_PRO),
    ("l40s", "l40s", "Ada", (8, 9), "44.42", 864, 362, 350, _ADA_PRO),
    ("rtx-6000-ada", "rtx 6000 ada", "Ada", (8, 9), "47.37", 960, 364.2, 300, _ADA_PRO),
    ("rtx-4060", "rtx 4060", "Ada", (8, 9), "7.59", 272, 30.2, 115, _TWICE),
    ("rtx-4060-ti", "rtx 4060 ti", "Ada", (8, 9), "7.75", 288, 44.1, 160, _TWICE),
    ("rtx-4060-ti-16gb", "rtx 4060 ti", "Ada", (8, 9), "15.70", 288, 44.1, 165, _TWICE),
    ("rtx-4070", "rtx 4070", "Ada", (8, 9), "11.56", 504, 58.3, 200, _TWICE),
    ("rtx-4070-super", "rtx 4070 super", "Ada", (8, 9), "11.72", 504, 70.9, 220, _TWICE),
    ("rtx-4070-ti", "rtx 4070 ti", "Ada", (8, 9), "11.72", 504, 80.2, 285, _TWICE),
    ("rtx-4070-ti-super", "rtx 4070 ti super", "Ada", (8, 9), "15.70", 672, 88.2, 285, _TWICE),
    ("rtx-4080", "rtx 4080", "Ada", (8, 9), "15.70", 717, 97.5, 320, _TWICE),
    ("rtx-4080-super", "rtx 4080 super", "Ada", (8, 9), "15.70", 736, 104.4, 320, _TWICE),
    ("rtx-4090", "rtx 4090", "Ada", (8, 9), "23.64", 1008, 165.2, 450, _ADA),
    ("h100-80gb", "h100", "Hopper", (9, 0), "79.11", 3350, 989.4, 700, _HOPPER),
    ("h100-80gb-pcie", "h100 pcie", "Hopper", (9, 0), "79.11", 2000, 756, 350, _HOPPER),
    ("h100-nvl", "h100 nvl", "Hopper", (9, 0), "93.10", 3900, 835, 400, _HOPPER),
    ("h200", "h200", "Hopper", (9, 0), "139.81", 4800, 989.4, 700, _HOPPER),
    ("h200-nvl", "h200 nvl", "Hopper", (9, 0), "139.81", 4800, 835, 600, _HOPPER),
    ("b200", "b200", "Blackwell", (10, 0), "178.35", 7700, 2250, 1000, _B200),
    ("rtx-5060", "rtx 5060", "Blackwell", (12, 0), "~7.53", 448, 38.4, 145, _TWICE),
    ("rtx-5060-ti", "rtx 5060 ti", "Blackwell", (12, 0), "~7.53", 448, 47.4, 180, _TWICE),
    ("rtx-5060-ti-16gb", "rtx 5060 ti", "Blackwell", (12, 0), "15.48", 448, 47.4, 180, _TWICE),
    ("rtx-5070", "rtx 5070", "Blackwell", (12, 0), "~11.5", 672, 61.7, 250, _TWICE),
    ("rtx-5070-ti", "rtx 5070 ti", "Blackwell", (12, 0), "~15.47", 896, 87.9, 300, _TWICE),
    ("rtx-5080", "rtx 5080", "Blackwell", (12, 0), "15.47", 960, 112.6, 360, _TWICE),
    ("rtx-5090", "rtx 5090", "Blackwell", (12, 0), "31.36", 1792, 209.5, 575, _BLACKWELL),
    ("rtx-pro-6000", "rtx pro 6000", "Blackwell", (12, 0), "94.97", 1792, 503.8, 600, _BLACKWELL),
)  # fmt: skip

# Each row was held against a second source, techpowerup.com/gpu-specs as a copy of 2026 has it:
# power, capability and memory are the same, bandwidth within 2 %, and the float32 rate goes with
# ours, but for what stands below.
_SECOND = {
    "p100-16gb": "tesla-p100-pcie-16-gb.c2888", "v100-16gb": "tesla-v100-sxm2-16-gb.c3471",
    "v100-32gb": "tesla-v100-sxm2-32-gb.c3185", "t4": "tesla-t4.c3316",
    "rtx-8000": "quadro-rtx-8000.c3306", "rtx-2060": "geforce-rtx-2060.c3310",
    "rtx-2070": "geforce-rtx-2070.c3252", "rtx-2080": "geforce-rtx-2080.c3224",
    "rtx-2080-ti": "geforce-rtx-2080-ti.c3305", "a100-40gb": "a100-sxm4-40-gb.c3506",
    "a100-80gb": "a100-sxm4-80-gb.c3746", "a100-80gb-pcie": "a100-pcie-80-gb.c3821",
    "a30": "a30-pcie.c3792", "a10": "a10-pcie.c3793", "a10g": "a10g.c3798", "a40": "a40-pcie.c3700",
    "rtx-a2000-12gb": "rtx-a2000-12-gb.c3853", "rtx-a4000": "rtx-a4000.c3756",
    "rtx-a5000": "rtx-a5000.c3748", "rtx-a6000": "rtx-a6000.c3686",
    "rtx-3050": "geforce-rtx-3050-8-gb.c3858", "rtx-3060": "geforce-rtx-3060-12-gb.c3682",
    "rtx-3060-ti": "geforce-rtx-3060-ti.c3681", "rtx-3070": "geforce-rtx-3070.c3674",
    "rtx-3070-ti": "geforce-rtx-3070-ti.c3675", "rtx-3080": "geforce-rtx-3080.c3621",
    "rtx-3080-ti": "geforce-rtx-3080-ti.c3735", "rtx-3090": "geforce-rtx-3090.c3622",
    "rtx-3090-ti": "geforce-rtx-3090-ti.c3829", "l4": "l4.c4091", "l40": "l40.c3959",
    "l40s": "l40s.c4173", "rtx-6000-ada": "rtx-6000-ada-generation.c3933",
    "rtx-4060": "geforce-rtx-4060.c4107", "rtx-4060-ti": "geforce-rtx-4060-ti-8-gb.c3890",
    "rtx-4060-ti-16gb": "geforce-rtx-4060-ti-16-gb.c4155", "rtx-4070": "geforce-rtx-4070.c3924",
    "rtx-4070-super": "geforce-rtx-4070-super.c4186", "rtx-4070-ti": "geforce-rtx-4070-ti.c3950",
    "rtx-4070-ti-super": "geforce-rtx-4070-ti-super.c4187", "rtx-4080": "geforce-rtx-4080.c3888",
    "rtx-4080-super": "geforce-rtx-4080-super.c4182", "rtx-4090": "geforce-rtx-4090.c3889",
    "h100-80gb": "h100-sxm5-80-gb.c3900", "h100-80gb-pcie": "h100-pcie-80-gb.c3899",
    "h100-nvl": "h100-nvl-94-gb.c4327", "h200": "h200-sxm-141-gb.c4255",
    "h200-nvl": "h200-nvl.c4254", "b200": "b200.c4210", "rtx-5060": "geforce-rtx-5060.c4219",
    "rtx-5060-ti": "geforce-rtx-5060-ti-8-gb.c4246",
    "rtx-5060-ti-16gb": "geforce-rtx-5060-ti-16-gb.c4292", "rtx-5070": "geforce-rtx-5070.c4218",
    "rtx-5070-ti": "geforce-rtx-5070-ti.c4243", "rtx-5080": "geforce-rtx-5080.c4217",
    "rtx-5090": "geforce-rtx-5090.c4216", "rtx-pro-6000": "rtx-pro-6000-blackwell.c4272",
}  # fmt: skip
_APART = {
    "v100-16gb": "it says 1130 GB/s and 250 W, which are a V100S's",
    "v100-32gb": "it says 250 W",
    "rtx-8000": "it says 260 W, which leaves out the rest of the board",
    "a10g": "it says 150 W, and which holds was not confirmed",
    "l40s": "it says 300 W",
    "b200": "it says 4100 GB/s and 90 GB, which is half of the card",
}

# Where a card is not in the table: a middling one of its architecture stands in.
_STANDS_IN = {
    "Pascal": "p100-16gb", "Volta": "v100-16gb", "Turing": "rtx-2070", "Ampere": "rtx-3070",
    "Ada": "rtx-4070", "Hopper": "h100-80gb-pcie", "Blackwell": "rtx-5070-ti",
}  # fmt: skip
_NOT_THE_SAME = {"laptop", "max", "mobile", "mig"}  # a smaller thing under the same name

# MiB that a process holds besides what PyTorch reserves, kernels loaded as they are needed.
_CONTEXTS = {
    "Turing": (140.9, "measured on a T4, alike over 79 published runs"),
    "Ampere": (380.0, "assumed: 256 MiB were seen on an RTX 3090 before any kernel was loaded"),
    "Ada": (520.0, "assumed: 426 MiB were seen on an RTX 6000 Ada before any kernel was loaded"),
    "Hopper": (600.0, "assumed, not measured"),
    "Blackwell": (640.0, "assumed, not measured"),
}
_CONTEXT_ELSEWHERE = (400.0, "assumed, not measured")
_MEASURED = "measured"
_SPELT = {"ti": "Ti", "super": "Super", "ada": "Ada", "pcie": "PCIe"}


@dataclass(frozen=True)
class CardKind:
    """Bytes, bytes a second, operations a second, watts. `guessed` names what was not published
    for this very card: "memory" is by its sisters, "flops" by its float32 rate; of "watts" two
    figures are told."""

    key: str  # "h100-80gb", as `--device` takes it
    words: frozenset[str]
    architecture: str
    capability: tuple[int, int]
    total_bytes: int
    bandwidth: float
    flops: float
    watts: int
    source: str
    guessed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return " ".join(_SPELT.get(word) or _with_unit(word) for word in self.key.split("-"))

    @property
    def context_bytes(self) -> int:
        return int(context(self.architecture)[0] * MIB)

    @property
    def context_measured(self) -> bool:
        return context(self.architecture)[1].startswith(_MEASURED)

    @property
    def workspace_bytes(self) -> int:
        """cuBLAS takes one for the thread that goes forward, and one for that which goes back."""
        return 2 * cublas_workspace(self.capability)


def context(architecture: str) -> tuple[float, str]:
    """MiB of the CUDA context, and where the figure is from."""
    return _CONTEXTS.get(architecture, _CONTEXT_ELSEWHERE)


def cublas_workspace(capability: tuple[int, int]) -> int:
    """Bytes per thread: torch's default, aten/src/ATen/cuda/CublasHandlePool.cpp (Blackwell: its
    newer versions)."""
    return 32 * MIB if capability[0] >= 9 else 8 * MIB + 128 * 1024


@cache
def card_kinds() -> tuple[CardKind, ...]:
    return tuple(_kind(*row) for row in _TABLE)


def _kind(
    key: str, words: str, architecture: str, capability: tuple[int, int], usable: str,
    bandwidth: float, tera: float, watts: int, source: str,
) -> CardKind:  # fmt: skip
    guessed = ("memory",) if usable.startswith("~") else ()
    if source in (_FOUR, _TWICE):
        guessed = (*guessed, "flops")
    if key == "a10g":
        guessed = (*guessed, "watts")
    source = f"{source}; techpowerup.com/gpu-specs/{_SECOND[key]}"
    if key in _APART:
        source += f" ({_APART[key]})"
    return CardKind(
        key, frozenset(words.split()), architecture, capability,
        int(float(usable.lstrip("~")) * GIB), bandwidth * 1e9, tera * 1e12, watts, source, guessed,
    )  # fmt: skip


def kind_of(name: str, architecture: str = "", total_bytes: int = 0) -> CardKind | None:
    """Of a card as its driver names it; a middling one of its architecture where it is not
    known, with this card's own memory; None where nothing at all is known."""
    words = set(_words(name))
    found = [kind for kind in card_kinds() if kind.words <= words]
    if found and not words & _NOT_THE_SAME:
        most = max(len(kind.words) for kind in found)
        same = [kind for kind in found if len(kind.words) == most]
        return min(same, key=lambda kind: abs(kind.total_bytes - (total_bytes or 0)))
    key = _STANDS_IN.get(architecture)
    if key is None:
        return None
    made = find_kind(key)
    return CardKind(
        "", frozenset(), made.architecture, made.capability, total_bytes or made.total_bytes,
        made.bandwidth, made.flops, made.watts, f"a middling card of its kind: {made.source}",
        ("bandwidth", "flops", "watts"),
    )  # fmt: skip


def find_kind(text: str) -> CardKind:
    """By its key, or by a name close to one: "h100-80gb", "H100", "RTX 4090"."""
    wanted = "-".join(_words(text))
    for kind in card_kinds():
        if kind.key == wanted:
            return kind
    words = set(_words(text))
    if kept := words - {"gb"}:
        for kind in card_kinds():
            if kind.words <= words or kept == kind.words:
                return _by_size(words, kind)
    raise StudioError(
        f"“{text}” is no card this app knows.",
        "It plans for: " + ", ".join(kind.key for kind in card_kinds()) + ".",
        "Name one of them, or leave the card out to plan for this computer.",
        code="unknown-card",
    )


def _by_size(words: set[str], first: CardKind) -> CardKind:
    """The kind whose words say most, and whose size is named where several have the words."""
    fitting = [kind for kind in card_kinds() if kind.words <= words] or [first]
    most = max(len(kind.words) for kind in fitting)
    fitting = [kind for kind in fitting if len(kind.words) == most]
    sized = [kind for kind in fitting if words >= set(kind.key.split("-"))]
    return (sized or fitting)[0]


def _with_unit(word: str) -> str:
    return word.removesuffix("gb") + " GB" if word.endswith("gb") else word.upper()


def _words(name: str) -> list[str]:
    """Split at anything but letters and digits, a number and its GB kept together."""
    plain = re.sub(r"(\d+)\s*g[ib]*b\b", r"\1gb", name.lower())
    found = re.findall(r"[a-z0-9]+", plain)
    return [word for word in found if word not in ("nvidia", "geforce", "tesla", "quadro")]
