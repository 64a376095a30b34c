"""Numbers that look random and are not: the same key always gives the same number."""

import hashlib

_MASK = (1 << 64) - 1


def key(*parts: object) -> int:
    """A 64-bit number out of any parts."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def uniform(key_: int, step: int = 0) -> float:
    """A number in [0, 1) for each step of a key (SplitMix64)."""
    z = (key_ + (step + 1) * 0x9E3779B97F4A7C15) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return (z ^ (z >> 31)) / (_MASK + 1)
