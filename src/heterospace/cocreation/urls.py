"""Addresses of co-creation."""

from django.urls import path, re_path

from .views import (
    agreements,
    commitments,
    decisions,
    dialogues,
    evaluation,
    facilitating,
    initiatives,
    inviting,
    ledger,
    meetings,
    proposals,
    pulse,
    steering,
)

STAGE = "(?P<kind>frame|design|deliver|evaluate)"

app_name = "cocreation"
urlpatterns = [
    path("initiatives/", initiatives.index, name="list"),
    path("initiatives/new/", initiatives.propose, name="propose"),
    path("initiatives/<slug:slug>/", initiatives.initiative, name="initiative"),
    path("initiatives/<slug:slug>/continuity/", initiatives.continuity, name="continuity"),
    re_path(rf"^initiatives/(?P<slug>[-\w]+)/rules/{STAGE}/$", initiatives.rules, name="rules"),
    path("initiatives/<slug:slug>/timeline/", initiatives.timeline, name="timeline"),
    path("initiatives/<slug:slug>/follow/", initiatives.follow, name="follow"),
    path("initiatives/<slug:slug>/withdraw/", initiatives.withdraw, name="withdraw"),
    path("initiatives/<slug:slug>/steer/", steering.steer, name="steer"),
    re_path(rf"^initiatives/(?P<slug>[-\w]+)/steer/{STAGE}/$", steering.stage, name="stage"),
    path("initiatives/<slug:slug>/steer/stewards/<int:pk>/end/", steering.end_steward, name="end_steward"),
    path("initiatives/<slug:slug>/decisions/", decisions.index, name="decisions"),
    path("initiatives/<slug:slug>/decisions/new/", decisions.new, name="decision_new"),
    path("initiatives/<slug:slug>/decisions/<str:reference>/", decisions.decision, name="decision"),
    path("initiatives/<slug:slug>/decisions/<str:reference>/edit/", decisions.edit, name="decision_edit"),
    path("initiatives/<slug:slug>/decisions/<str:reference>/vote/", decisions.vote, name="decision_vote"),
    path(
        "initiatives/<slug:slug>/decisions/<str:reference>/receipt/",
        decisions.receipt,
        name="decision_receipt",
    ),
    path(
        "initiatives/<slug:slug>/decisions/<str:reference>/objections/<int:pk>/",
        decisions.objection,
        name="decision_objection",
    ),
    path(
        "initiatives/<slug:slug>/decisions/<str:reference>/<slug:name>/", decisions.act, name="decision_act"
    ),
    path("initiatives/<slug:slug>/commitments/", commitments.of_initiative, name="commitments_of"),
    path("commitments/", commitments.index, name="commitments"),
    path("commitments/new/", commitments.new, name="commitment_new"),
    path("commitments/<str:reference>/", commitments.commitment, name="commitment"),
    path("commitments/<str:reference>/<slug:name>/", commitments.act, name="commitment_act"),
    path("initiatives/<slug:slug>/dialogues/", dialogues.index, name="dialogues"),
    path("initiatives/<slug:slug>/dialogues/new/", facilitating.new, name="dialogue_new"),
    path("initiatives/<slug:slug>/dialogues/<str:reference>/", dialogues.dialogue, name="dialogue"),
    path(
        "initiatives/<slug:slug>/dialogues/<str:reference>/results/",
        dialogues.results,
        name="dialogue_results",
    ),
    path(
        "initiatives/<slug:slug>/dialogues/<str:reference>/results.csv",
        dialogues.results_file,
        name="dialogue_file",
    ),
    path(
        "initiatives/<slug:slug>/dialogues/<str:reference>/moderation/",
        dialogues.moderation,
        name="dialogue_moderation",
    ),
    path(
        "initiatives/<slug:slug>/dialogues/<str:reference>/facilitate/",
        facilitating.manage,
        name="dialogue_manage",
    ),
    path(
        "initiatives/<slug:slug>/dialogues/<str:reference>/paper/", facilitating.paper, name="dialogue_paper"
    ),
    path(
        "initiatives/<slug:slug>/dialogues/<str:reference>/sheets/",
        facilitating.sheets,
        name="dialogue_sheets",
    ),
    path("i/<str:secret>/", inviting.invitation, name="invitation"),
    path("initiatives/<slug:slug>/proposals/", proposals.listing, name="proposals"),
    path("initiatives/<slug:slug>/proposals/new/", proposals.new, name="proposal_new"),
    path("initiatives/<slug:slug>/proposals/<str:reference>/", proposals.proposal, name="proposal"),
    path("initiatives/<slug:slug>/proposals/<str:reference>/amend/", proposals.amend, name="proposal_amend"),
    path(
        "initiatives/<slug:slug>/proposals/<str:reference>/versions/",
        proposals.versions,
        name="proposal_versions",
    ),
    path("initiatives/<slug:slug>/meetings/", meetings.listing, name="meetings"),
    path("initiatives/<slug:slug>/meetings/call/", meetings.call, name="meeting_call"),
    path("initiatives/<slug:slug>/meetings/<int:number>/", meetings.meeting, name="meeting"),
    path("initiatives/<slug:slug>/meetings/<int:number>/agenda/", meetings.agenda, name="meeting_agenda"),
    path("initiatives/<slug:slug>/meetings/<int:number>/minutes/", meetings.minutes, name="meeting_minutes"),
    path("initiatives/<slug:slug>/meetings/<int:number>/minutes.pdf", meetings.paper, name="meeting_paper"),
    path("initiatives/<slug:slug>/acts/", ledger.acts, name="acts"),
    path("initiatives/<slug:slug>/evaluation/", evaluation.page, name="evaluation"),
    path("initiatives/<slug:slug>/pulse/", pulse.page, name="pulse"),
    path("initiatives/<slug:slug>/agreements/", agreements.page, name="agreements"),
]
