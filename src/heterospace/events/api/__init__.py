"""The API of events, by address."""

from .certificates import router as certificates
from .door import router as check_ins
from .events import router as events
from .figures import router as figures
from .registrations import router as registrations

__all__ = ["certificates", "check_ins", "events", "figures", "registrations"]
