"""`/api/v1` of co-creation, by what it is about."""

from .commitments import router as commitments
from .decisions import router as decisions
from .initiatives import router as initiatives

__all__ = ["commitments", "decisions", "initiatives"]
