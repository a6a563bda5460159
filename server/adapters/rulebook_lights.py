"""Reads lights.toml into the scale of lights."""

from functools import cache
from itertools import pairwise

from server.adapters.rulebook import Entry, entry_of, shipped
from server.domain.lights import Light, LightBand, LightScale

SHAPES = ("circle", "diamond", "triangle", "square", "cross")


@cache
def load_lights() -> LightScale:
    """Return the scale that comes with the program.

    Raises: RulebookError naming the entry that is wrong.
    """
    return read_lights(shipped("lights.toml"))


def read_lights(toml: str) -> LightScale:
    """Return the scale written in `toml`: five lights, their thresholds falling to 0.

    Raises: RulebookError naming the entry that is wrong.
    """
    whole = entry_of("lights.toml", toml)
    whole.only("valid_from", "source", "light")
    bands = tuple(map(_band, whole.entries("light")))
    if [band.light for band in bands] != list(Light):
        raise whole.fault(f"灯色须依次为 {'、'.join(Light)}")
    days = [-1 if band.at_least is None else band.at_least for band in bands]
    if days[-2:] != [0, -1] or any(above <= below for above, below in pairwise(days)):
        raise whole.fault("at_least 须逐级递减，orange 为 0，red 不写")
    if len({band.shape for band in bands}) < len(bands):
        raise whole.fault("各灯色的 shape 不得相同")
    return LightScale(bands, whole.day("valid_from"), whole.text("source"))


def _band(entry: Entry) -> LightBand:
    entry.only("light", "at_least", "word", "shape", "symbol")
    shape = entry.text("shape")
    if shape not in SHAPES:
        raise entry.fault(f"shape 的“{shape}”不在 {'、'.join(SHAPES)} 之中")
    return LightBand(
        light=entry.one_of("light", Light),
        at_least=entry.optional_number("at_least"),
        word=entry.text("word"),
        shape=shape,
        symbol=entry.text("symbol"),
    )
