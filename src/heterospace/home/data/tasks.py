"""What the worker does with a file somebody sent."""

from django_tasks import task

from .jobs import run_import


@task()
def take_in(number: int) -> None:
    """Take the file of one Import."""
    run_import(number)
