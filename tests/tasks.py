"""The worker's part in a story: run what the deeds queued, in order, until nothing is left."""

from django.utils.module_loading import import_string
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult


def run_tasks() -> int:
    """Run every queued task, those they queue too; answers how many ran."""
    ran = 0
    while task := DBTaskResult.objects.filter(status=TaskResultStatus.READY).order_by("enqueued_at").first():
        arguments = task.args_kwargs
        import_string(task.task_path).call(*arguments["args"], **arguments["kwargs"])
        DBTaskResult.objects.filter(pk=task.pk).delete()
        ran += 1
    return ran
