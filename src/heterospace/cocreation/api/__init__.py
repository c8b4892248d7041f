"""Co-creation for programs: a router for each part."""

from .commitments import router as commitments
from .decisions import router as decisions

__all__ = ["commitments", "decisions"]
