"""The tones of the region's own colour: whether text on it can be read, and the darker and softer ones; pure.

Contrast as WCAG 2.1 defines it; 4.5 to 1 is what ordinary text needs.
"""

LEAST_CONTRAST = 4.5
# How much of the colour the darker tone keeps, and how much of it the softer one holds.
DARK, SOFT = 0.73, 0.09
RGB = tuple[int, int, int]


def parts(colour: str) -> RGB:
    """“#0b5394” as red, green and blue."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def hexed(rgb: RGB) -> str:
    return "#" + "".join(f"{part:02x}" for part in rgb)


def contrast_with_white(colour: str) -> float:
    """From 1 (white itself) to 21 (black)."""
    red, green, blue = (_linear(part / 255) for part in parts(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def readable(colour: str) -> str:
    """The colour itself, or the nearest darker one on which white can be read."""
    red, green, blue = parts(colour)
    for percent in range(100, 0, -1):
        red_, green_, blue_ = (part * percent // 100 for part in (red, green, blue))
        found = hexed((red_, green_, blue_))
        if contrast_with_white(found) >= LEAST_CONTRAST:
            return found
    return "#000000"


def darker(colour: str) -> str:
    red, green, blue = (int(part * DARK) for part in parts(colour))
    return hexed((red, green, blue))


def softer(colour: str) -> str:
    red, green, blue = (round(255 - (255 - part) * SOFT) for part in parts(colour))
    return hexed((red, green, blue))


def stylesheet(colour: str) -> str:
    """The variables of app.css that a region's colour sets."""
    dark = darker(colour)
    listed = {
        "--primary": colour,
        "--primary-dark": dark,
        "--primary-soft": softer(colour),
        "--bs-link-color-rgb": ", ".join(map(str, parts(colour))),
        "--bs-link-hover-color-rgb": ", ".join(map(str, parts(dark))),
    }
    said = " ".join(f"{name}: {value};" for name, value in listed.items())
    return f":root {{ {said} }}\n"
