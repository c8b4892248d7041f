"""`/api/v1` of co-creation, by what it is about."""

from .commitments import router as commitments
from .decisions import router as decisions
from .evaluation import router as evaluation
from .initiatives import router as initiatives
from .proposals import amendments
from .proposals import router as proposals

__all__ = [
    "amendments",
    "commitments",
    "decisions",
    "evaluation",
    "initiatives",
    "proposals",
]
