"""What co-creation does after a deed is committed. Every task may run twice without harm."""

from django_tasks import task

from ..core.deeds import SYSTEM, through
from .actions.figures import compute_figures
from .models import Dialogue


@task()
def compute_dialogue(dialogue_id: int) -> None:
    """Compute the figures of a dialogue."""
    with through("task"):
        compute_figures(Dialogue.objects.get(pk=dialogue_id), by=SYSTEM)
