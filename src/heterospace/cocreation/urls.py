"""Addresses of co-creation."""

from django.urls import path

from .views import proposals

app_name = "cocreation"
urlpatterns = [
    path("initiatives/<slug:slug>/proposals/", proposals.listing, name="proposals"),
    path("initiatives/<slug:slug>/proposals/new/", proposals.new, name="proposal_new"),
    path("initiatives/<slug:slug>/proposals/<str:reference>/", proposals.proposal, name="proposal"),
    path("initiatives/<slug:slug>/proposals/<str:reference>/amend/", proposals.amend, name="proposal_amend"),
    path(
        "initiatives/<slug:slug>/proposals/<str:reference>/versions/",
        proposals.versions,
        name="proposal_versions",
    ),
]
