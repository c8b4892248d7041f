"""What time itself decides. Every step may run twice, and at the same time on several machines."""

import datetime as dt
import logging

from django.contrib.sessions.models import Session
from django.db import connection
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from ..bookings.actions import (
    finish_left_open,
    forget_guests,
    lapse_wishes,
    mark_no_shows,
    remind_of_coming,
)
from ..cocreation.actions import (
    break_overdue,
    close_dialogues,
    close_due_decisions,
    close_old_waves,
    invite_latecomers,
    raise_alarms,
    refresh_figures,
    remind_of_answers,
    remind_of_commitments,
    remind_of_proposals,
    remind_of_results,
    remind_of_reviews,
    send_digests,
)
from ..core import clock
from ..core.deeds import SYSTEM
from ..core.enums import MessageState
from ..core.models import AnsweredRequest, Message
from ..core.tasks import deliver
from ..enquiries.actions import forget_enquiries
from ..events.actions import (
    close_silent_visits,
    finish_events,
    go_on_sending,
    lapse_offers,
    release_kept_seats,
    remind_of_events,
)
from ..members.actions import remind_of_agreements
from .data.jobs import forget_imports

log = logging.getLogger(__name__)
STALE = dt.timedelta(minutes=5)
KEEP_ANSWERS = dt.timedelta(days=2)
KEEP_TASKS = dt.timedelta(days=7)
KEEP_IMPORTS = dt.timedelta(days=30)


def tick() -> dict[str, int]:
    """Run every timed step; answers how many rows each one touched."""
    done = {
        "requeued": requeue_stale_tasks(),
        "messages_again": queue_waiting_messages(),
        "reminded": remind_of_coming(by=SYSTEM),
        "no_shows": mark_no_shows(by=SYSTEM),
        "wishes_lapsed": lapse_wishes(by=SYSTEM),
        "left_open": finish_left_open(by=SYSTEM),
        "offers_lapsed": lapse_offers(by=SYSTEM),
        "kept_seats_released": release_kept_seats(by=SYSTEM),
        "visits_closed": close_silent_visits(by=SYSTEM),
        "events_reminded": remind_of_events(by=SYSTEM),
        "mailings_sent": go_on_sending(by=SYSTEM),
        "events_finished": finish_events(by=SYSTEM),
        "decisions_closed": close_due_decisions(by=SYSTEM),
        "reviews_due": remind_of_reviews(by=SYSTEM),
        "promises_broken": break_overdue(by=SYSTEM),
        "promises_reminded": remind_of_commitments(by=SYSTEM),
        "initiatives_due": remind_of_answers(by=SYSTEM),
        "proposals_due": remind_of_proposals(by=SYSTEM),
        "waves_closed": close_old_waves(by=SYSTEM),
        "agreements_reminded": remind_of_agreements(by=SYSTEM),
        "results_due": remind_of_results(by=SYSTEM),
        "latecomers_invited": invite_latecomers(by=SYSTEM),
        "alarms_raised": raise_alarms(by=SYSTEM),
        "digests_sent": send_digests(by=SYSTEM),
        "enquiries_forgotten": forget_enquiries(by=SYSTEM),
        "guests_forgotten": forget_guests(by=SYSTEM),
        "dialogues_closed": close_dialogues(by=SYSTEM),
        "figures_computed": refresh_figures(by=SYSTEM),
        "forgotten": forget_old_rows(),
    }
    if any(done.values()):
        log.info("tick %s", done)
    return done


def requeue_stale_tasks() -> int:
    """Put tasks back whose worker died: django-tasks-db leaves them RUNNING for ever. Tasks may run twice."""
    stale = DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=clock.now() - STALE)
    return stale.update(status=TaskResultStatus.READY, started_at=None)


def queue_waiting_messages() -> int:
    """Give every message that still waits after five minutes a new task, unless it has one."""
    waiting = Message.objects.filter(state=MessageState.WAITING, created_at__lt=clock.now() - STALE)
    open_tasks = DBTaskResult.objects.filter(
        task_path="heterospace.core.tasks.deliver",
        status__in=[TaskResultStatus.READY, TaskResultStatus.RUNNING],
    )
    queued = {task.args_kwargs["args"][0] for task in open_tasks.only("args_kwargs").order_by("id")[:5000]}
    ids = [pk for pk in waiting.order_by("id").values_list("pk", flat=True)[:500] if pk not in queued]
    for message_id in ids:
        deliver.enqueue(message_id)
    return len(ids)


def forget_old_rows() -> int:
    """Drop what is only kept for a while: answered requests, finished tasks, ended sessions, old rate limits."""
    now = clock.now()
    count = AnsweredRequest.objects.filter(at__lt=now - KEEP_ANSWERS).delete()[0]
    count += DBTaskResult.objects.finished().filter(finished_at__lt=now - KEEP_TASKS).delete()[0]
    count += forget_imports(now - KEEP_IMPORTS)
    count += Session.objects.filter(expire_date__lt=now).delete()[0]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_cache WHERE expires < %s", [now])
        count += cursor.rowcount
    return count
