"""The background worker of `heterospace up`: runs task rows, and decides timed things every half minute."""

import os
import time
from typing import Any

from django.core.management.base import BaseCommand
from django_tasks_db.management.commands.db_worker import Worker

from ....core import deeds
from ...tick import tick

TICK_SECONDS = 30
IDLE_SECONDS = 0.5


class Command(BaseCommand):
    help = "Run background tasks and timed decisions until stopped"

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or SIGINT; a task under way is finished first."""
        ticked_at = float("-inf")
        while True:
            worker = Worker(
                queue_names=["*"],
                interval=0,
                batch=True,  # come back when the queue is empty, or after max_tasks: the clock must not wait
                backend_name="default",
                startup_delay=False,
                max_tasks=200,
                worker_id=f"worker-{os.getpid()}",
                excluded_queue_names=[],
            )
            worker.configure_signals()
            with deeds.through("task"):
                worker.run()
            if not worker.running:
                return
            if time.monotonic() - ticked_at >= TICK_SECONDS:
                ticked_at = time.monotonic()
                tick()
            if worker._run_tasks == 0:
                time.sleep(IDLE_SECONDS)
