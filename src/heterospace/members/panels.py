"""What the members put into pages of the kernel."""

from django.http import HttpRequest

from ..core.panels import Filling
from . import demo


def demo_cast(request: HttpRequest) -> Filling | None:
    """The six invented people under the sign-in form, in the demonstration only."""
    if not demo.is_open(getattr(request, "office", None)):
        return None
    return "members/demo_cast.html", {"actors": demo.CAST, "next": request.GET.get("next", "")}
