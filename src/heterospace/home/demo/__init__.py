"""The living demonstration: three hubs, an invented cast, two months of history, made through the deeds."""

from .cast import CAST
from .fill import begin, fill

__all__ = ["CAST", "begin", "fill"]
