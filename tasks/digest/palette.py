"""The page's colours, by day and by night: each text colour reads well on each ground.

Charts are drawn in the colours of the day; in a page they follow the reader's choice.
"""

from __future__ import annotations

DAY = {
    "page": "#f7f6f2",
    "card": "#ffffff",
    "line": "#d9d6ce",
    "text": "#1d1c1a",
    "quiet": "#5b5953",
    "link": "#1a5296",
    "good": "#1c6a3d",
    "bad": "#a32d1c",
    "warn": "#7a5200",
    "series-1": "#1f5fa8",
    "series-2": "#a34e12",
    "series-3": "#2c7a4b",
    "gap": "#ece9e1",
}
NIGHT = {
    "page": "#15171a",
    "card": "#1e2125",
    "line": "#3a3e44",
    "text": "#ececea",
    "quiet": "#b0b3b3",
    "link": "#8fbdf2",
    "good": "#7fd3a0",
    "bad": "#f39a8b",
    "warn": "#e6bd6a",
    "series-1": "#7fb4f0",
    "series-2": "#f2a66e",
    "series-3": "#7fd3a0",
    "gap": "#2a2e33",
}
#: What text is written in.
TEXTS = ("text", "quiet", "link", "good", "bad", "warn")
SERIES = ("series-1", "series-2", "series-3")
GROUNDS = ("page", "card")


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, by WCAG 2.2; text needs 4.5, a line 3."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def custom_properties(colours: dict[str, str]) -> str:
    """The colours as CSS custom properties."""
    return " ".join(f"--{name}: {value};" for name, value in colours.items())
