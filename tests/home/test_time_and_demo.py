"""What time decides, what the doctor finds, and the demo as a living house."""

import datetime as dt
import io

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django_tasks_db.models import DBTaskResult

from heterospace.bookings.actions import book_space
from heterospace.bookings.models import Booking, Claim
from heterospace.core import clock
from heterospace.core.deeds import SYSTEM
from heterospace.core.enums import MessageState
from heterospace.core.models import LogEntry, Message
from heterospace.core.refusals import Refused
from heterospace.core.tasks import deliver
from heterospace.home import demo
from heterospace.home.doctor import examine
from heterospace.home.tick import tick
from heterospace.hubs.actions import set_hours
from heterospace.hubs.models import Hub, Office
from heterospace.members.actions import register_person
from heterospace.members.models import Organisation
from heterospace.spaces.models import SpaceLeaf
from tests.bookings.wishes import at
from tests.cast import SATURDAY_NINE

pytestmark = pytest.mark.django_db


@pytest.fixture
def booking(rembug_1, sari):
    return book_space(rembug_1, at(9), at(11), purpose="Temu pembeli", people=4, by=sari.user)


def test_the_mail_of_a_booking_goes_out_once_with_its_calendar(booking):
    message = Message.objects.get()
    deliver.call(message.pk)
    deliver.call(message.pk)
    message.refresh_from_db()
    assert message.state == MessageState.SENT
    assert len(mail.outbox) == 1
    sent = mail.outbox[0]
    assert sent.to == ["sari@demo.example"]
    assert "Rembug 1" in sent.subject
    assert booking.reference in sent.body
    assert "09.00-11.00 WIB" in sent.body
    assert sent.attachments[0][0] == "hetero-space.ics"


def test_somebody_without_e_mail_gets_a_whatsapp_text_for_staff_to_send(rembug_1, dimas, semarang):
    mbah = register_person(semarang.office, by=dimas.user, name="Mbah Karto", whatsapp="0812 7777 8888")
    book_space(rembug_1, at(9), at(11), purpose="Rapat", people=2, by=dimas.user, person=mbah)
    message = Message.objects.get(addressee=mbah.pk)
    deliver.call(message.pk)
    message.refresh_from_db()
    assert (message.state, message.to_address) == (MessageState.BY_HAND, "+6281277778888")
    assert "Rembug 1" in message.body


def test_tick_puts_back_what_a_dead_worker_held(booking):
    DBTaskResult.objects.update(status="RUNNING", started_at=clock.now() - dt.timedelta(minutes=6))
    assert tick()["requeued"] == 1
    assert DBTaskResult.objects.get().status == "READY"
    assert tick()["requeued"] == 0


def test_tick_queues_a_message_whose_task_was_lost(booking):
    DBTaskResult.objects.all().delete()
    with clock.set_to(clock.now() + dt.timedelta(minutes=6)):
        assert tick()["messages_again"] == 1
        assert tick()["messages_again"] == 0
    assert DBTaskResult.objects.count() == 1


def test_the_action_log_cannot_be_changed_or_emptied(booking):
    for deed in (lambda: LogEntry.objects.update(deed="x"), lambda: LogEntry.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    assert LogEntry.objects.filter(deed="book_space").exists()


def test_the_doctor_finds_a_healthy_house_healthy(booking, gatra):
    assert [finding for finding in examine() if finding.is_wrong] == []
    out = io.StringIO()
    call_command("doctor", stdout=out)
    assert "nothing wrong" in out.getvalue()


def test_the_doctor_finds_what_is_broken(booking, gatra, rembug_1):
    Claim.objects.all().delete()
    assert {finding.check for finding in examine() if finding.is_wrong} == {"claims_missing"}
    SpaceLeaf.objects.filter(space=gatra).first().delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE bookings_claim DROP CONSTRAINT claim_no_overlap")
    wrong = {finding.check for finding in examine() if finding.is_wrong}
    assert wrong >= {"claims_missing", "leaves", "constraint_missing"}
    with pytest.raises(CommandError):
        call_command("doctor", stdout=io.StringIO())


def test_bookings_left_outside_new_hours_are_told_but_not_wrong(booking, semarang):
    set_hours(semarang, {1: [(780, 1080)]}, by=SYSTEM)
    found = [finding for finding in examine() if finding.check == "outside_hours"]
    assert len(found) == 1
    assert booking.reference in found[0].sentence
    assert not found[0].is_wrong


@pytest.fixture(scope="class")
def begun(django_db_setup, django_db_blocker):
    """A demo begun once; every test goes on from here, and is rolled back to here."""
    with django_db_blocker.unblock(), transaction.atomic():
        with clock.set_to(SATURDAY_NINE):
            office = demo.begin()
        yield office.pk
        transaction.set_rollback(True)


class TestDemo:
    @pytest.fixture
    def office(self, begun, db, now):
        return Office.objects.get(pk=begun)

    def test_the_first_page_has_the_house_and_its_cast(self, office):
        assert list(office.hubs.order_by("position").values_list("slug", flat=True)) == [
            "semarang",
            "solo",
            "banyumas",
        ]
        assert {space.name for space in Hub.objects.get(slug="solo").spaces.all()} >= {
            "Saka Foodlab",
            "Abipraya Game Area",
        }
        for one in demo.CAST:
            person = office.people.get(email=one.email)
            assert person.user.email == one.email
            assert not person.user.has_usable_password()
        assert Booking.objects.filter(person__email="sari@demo.example").exists()
        assert office.demo_progress == 0

    def test_beginning_twice_is_beginning_once(self, office):
        assert demo.begin() == office
        assert Office.objects.count() == 1

    def test_an_interrupted_filling_goes_on_where_it_stopped(self, office):
        class PowerCut(Exception):
            pass

        def cut(percent):
            if percent == 30:
                raise PowerCut

        with pytest.raises(PowerCut):
            demo.fill(office, cut)
        office.refresh_from_db()
        assert office.demo_progress == 30
        at_cut = Organisation.objects.count()
        assert at_cut > 700
        seen = []
        steps = iter(range(3))

        def three_more(percent):
            seen.append(percent)
            if next(steps, None) == 2:
                raise PowerCut

        with pytest.raises(PowerCut):
            demo.fill(office, three_more)
        assert seen == [31, 32, 33]
        communities = Organisation.objects.filter(kind="community").count()
        assert communities >= 770
        assert [finding for finding in examine() if finding.is_wrong] == []


def test_the_demo_never_mixes_with_a_real_office(office):
    with pytest.raises(Refused) as refusal:
        demo.begin()
    assert refusal.value.code == "office_exists"
