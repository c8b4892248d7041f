"""The living demonstration: three hubs, an invented cast, two months of history, made through the deeds."""

from .fill import CAST, begin, fill

__all__ = ["CAST", "begin", "fill"]
