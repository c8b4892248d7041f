"""Coming to an event: registering, one's own page by its link, the ticket, all of one's events."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from ...core import clock, qr
from ...core.deeds import SYSTEM, Author, allowed
from ...core.forms import answer, show
from ...core.refusals import NotFound, Refused
from ...members import limits
from ...members.doors import at_office, signed_in
from ...members.queries import acts_for
from ...questionnaires.forms import AnswersForm, form_for
from .. import actions, listing, pictures
from ..actions.holding import link_of
from ..certificates import certificates_of
from ..enums import Admission, Mode, RegistrationState
from ..forms import RegistrationForm
from ..models import Event, Registration
from ..queries import live_registration, position, survey_of
from ..tickets import ticket_of
from .public import doorway, shown_event

IN_FORM = {"not_invited", "not_your_organisation", "account_closed"}  # said where it was typed
SAID = {
    RegistrationState.CONFIRMED: gettext_lazy("You are in. We look forward to seeing you."),
    RegistrationState.WAITLISTED: gettext_lazy(
        "You are on the waiting list. We write to you when a seat is yours."
    ),
    RegistrationState.PENDING: gettext_lazy("We have your registration. The organisers write to you."),
}


@never_cache
@require_http_methods(["GET", "POST"])
@at_office
def register(request: HttpRequest, slug: str) -> HttpResponse:
    """Come to an event: at one tap when nothing must be asked, else a short form."""
    event = shown_event(request, slug)
    person = request.person
    if person is not None and (own := live_registration(event, person)) is not None:
        return redirect(link_of(own))
    places = listing.places_of(event)
    door = doorway(event, places)
    if door not in {"open", "full"}:
        return redirect("events:event", event.slug)
    sent = request.POST if request.method == "POST" else None
    form = RegistrationForm(
        sent,
        event=event,
        person=person,
        places=places,
        organisations=acts_for(person) if person is not None else None,
    )
    questions = None
    if event.questionnaire is not None and event.questionnaire.is_open:
        questions = form_for(event.questionnaire, sent, prefix="q")
    if sent is not None:
        forms_right = [one.is_valid() for one in (form, questions) if one is not None]
        if all(forms_right):
            if not _within(request, form):
                return render(request, "429.html", status=429)
            made = _registered(request, event, form, questions)
            if made is not None:
                messages.success(request, str(SAID[RegistrationState(made.state)]))
                return redirect(link_of(made))
    context = {
        "event": event,
        "hub": event.hub,
        "form": form,
        "questions": questions,
        "places": places,
        "is_full": door == "full",
        "waiting": sum(one.waiting for one in places),
        "asks_approval": event.admission == Admission.APPROVAL,
        "by_invitation": event.admission == Admission.INVITATION,
        "already": getattr(form, "is_known", False),
    }
    return answer(
        request, "events/register.html", context, *(one for one in (form, questions) if one is not None)
    )


def _within(request: HttpRequest, form: RegistrationForm) -> bool:
    if form.person is not None:
        return True
    data = form.cleaned_data
    mailbox = (data.get("email") or data.get("whatsapp") or "").lower()
    return limits.within(request, "event", 30, 3600) and limits.within_for(request, "event", mailbox, 8, 3600)


def _registered(
    request: HttpRequest, event: Event, form: RegistrationForm, questions: AnswersForm | None
) -> Registration | None:
    """The registration, or None when it was refused into the form."""
    data, wish = dict(form.cleaned_data), form.wish(questions.answers if questions is not None else None)
    try:
        if form.person is not None:
            return actions.register(event, wish, by=request.user, organisation=data.get("organisation"))
        return actions.register_guest(
            event,
            wish,
            by=SYSTEM,
            name=data["name"],
            email=data["email"],
            whatsapp=data["whatsapp"],
            birth_year=data["birth_year"],
        )
    except Refused as refusal:
        if refusal.code == "already_registered":
            if form.person is not None:
                return live_registration(event, form.person)
            actions.send_link_again(event, by=SYSTEM, email=data["email"], whatsapp=data["whatsapp"])
            form.is_known = True
            refusal = Refused(
                "already_registered",
                _(
                    "Somebody with this address is registered already. If that is you: we have just sent the link to "
                    "your ticket there once more."
                ),
            )
        elif refusal.status in {403, 404} and refusal.code not in IN_FORM:
            raise
        show(refusal, form)
    return None


def _by(request: HttpRequest, found: Registration) -> Author:
    """Who acts on this page: the person or staff when signed in, else whoever has the link."""
    return request.user if allowed(request.user, "events.change_registration", found) else SYSTEM


@never_cache
@require_http_methods(["GET", "POST"])
@at_office
def registration(request: HttpRequest, token: str) -> HttpResponse:
    """One registration by its link: where it stands, its ticket, and everything that can be done with it."""
    found = actions.registration_of_link(request.office, token)
    if request.method == "POST":
        _act(request, found)
        return redirect("events:registration", token)
    event = found.event
    ours = request.user.is_authenticated and allowed(request.user, "events.see_registration", found)
    over = event.end <= clock.now() or event.was_held
    ticket = pictures.has_ticket(found)
    places = listing.places_of(event) if found.is_live and not over else []
    place = position(found)
    context = {
        "registration": found,
        "event": event,
        "hub": event.hub,
        "token": token,
        "name": found.person.name if ours else "",
        "companions": found.companions if ours else [],
        "is_own": found.person == request.person,
        "is_over": over,
        "place": place,
        "before": place - 1 if place else None,
        "is_called_off": event.state == "cancelled",
        "ticket": qr.svg(ticket_of(found.reference, event.reference)) if ticket and not over else "",
        "joins": found.state == RegistrationState.CONFIRMED and found.mode == Mode.ONLINE,
        "others": [one for one in places if one.seats.pk != found.seats_id],
        "kept": [one for one_mode in places if one_mode.seats.pk == found.seats_id for one in one_mode.kept],
        "note": event.note_online if found.mode == Mode.ONLINE else event.note_onsite,
        "may_cancel": found.is_live and not over and event.state == "published",
        "link": f"{settings.BASE_URL}{request.path}",
        "survey": survey_of(event) if found.state == RegistrationState.CONFIRMED else "",
    }
    return private(render(request, "events/registration.html", context))


def _act(request: HttpRequest, found: Registration) -> None:
    """Do what a button of the page says."""
    by, act = _by(request, found), request.POST.get("act", "")
    try:
        if act == "accept":
            actions.accept_offer(found, by=by)
            messages.success(request, _("The seat is yours. We look forward to seeing you."))
        elif act == "cancel":
            offered = found.state == RegistrationState.OFFERED
            actions.cancel_registration(found, by=by, reason=request.POST.get("reason", ""))
            messages.success(
                request,
                _("The next person on the waiting list is asked now. Thank you for telling us.")
                if offered
                else _("Cancelled. Thank you for telling us: somebody else can have the place."),
            )
        elif act == "forget":
            actions.forget_needs(found, by=by)
            messages.success(request, _("Forgotten: nobody reads it any more."))
        elif act == "switch":
            changed = actions.switch_mode(found, request.POST.get("mode", ""), by=by)
            messages.success(request, _("Changed: %(mode)s.") % {"mode": Mode(changed.seats.mode).label})
    except Refused as refusal:
        if refusal.status not in {409, 422}:
            raise
        messages.error(request, str(refusal))


@never_cache
@require_GET
@at_office
def ticket_picture(request: HttpRequest, token: str) -> HttpResponse:
    """The ticket as a picture, to keep in the phone or to send by WhatsApp."""
    found = actions.registration_of_link(request.office, token)
    if not pictures.has_ticket(found):
        raise NotFound("no_ticket", _("There is no ticket: this registration is not confirmed for the hub."))
    response = HttpResponse(pictures.ticket_picture(found), content_type="image/png")
    response.headers["Content-Disposition"] = f'inline; filename="{found.reference}.png"'
    return private(response)


def private(response: HttpResponse) -> HttpResponse:
    """Whoever has the address has the key: no search engine and no other site learns of it."""
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_GET
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Her events: those to come with their tickets, and those that were."""
    coming = listing.own_registrations(request.person)
    past = listing.own_registrations(request.person, past=True)
    for one in (*coming, *past):
        one.link = link_of(one)
    context = {"coming": coming, "past": past, "certificates": list(certificates_of(request.person))}
    return render(request, "events/mine.html", context)
