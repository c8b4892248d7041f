"""Addresses of co-creation."""

from django.urls import path, re_path

from .views import initiatives, inviting, steering

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
    path("i/<str:secret>/", inviting.invitation, name="invitation"),
]
