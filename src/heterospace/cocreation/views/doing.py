"""What the pages of co-creation share: one button, one deed."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest

from ...core.refusals import Refused, Sentence


def done(request: HttpRequest, act: Callable[[], object], said: Sentence) -> bool:
    """Do what a button says and tell `said`; a refusal is told instead. What one may not do or see is raised."""
    try:
        act()
    except Refused as refusal:
        if refusal.status in {403, 404}:
            raise
        messages.warning(request, str(refusal))
        return False
    messages.success(request, str(said))
    return True
