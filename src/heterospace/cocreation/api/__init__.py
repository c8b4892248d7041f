"""`/api/v1` of co-creation, by what it is about."""

from .initiatives import router as initiatives

__all__ = ["initiatives"]
