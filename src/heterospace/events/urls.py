"""Addresses of events."""

from django.urls import path

from .views import public, registration

app_name = "events"
urlpatterns = [
    path("events/", public.events, name="list"),
    path("events/feed.ics", public.feed_ics, name="feed_ics"),
    path("events/feed.rss", public.feed_rss, name="feed_rss"),
    path("events/feed.json", public.feed_json, name="feed_json"),
    path("events/embed/", public.embed, name="embed"),
    path("hubs/<slug:slug>/events/", public.at_hub, name="hub"),
    path("me/events/", registration.mine, name="mine"),
    path("events/<slug:slug>/", public.event, name="event"),
    path("events/<slug:slug>/calendar.ics", public.calendar, name="calendar"),
    path("events/<slug:slug>/picture.png", public.picture, name="picture"),
    path("events/<slug:slug>/photo/<str:name>", public.photo, name="photo"),
    path("events/<slug:slug>/register/", registration.register, name="register"),
    path("r/<str:token>/", registration.registration, name="registration"),
    path("r/<str:token>/ticket.png", registration.ticket_picture, name="ticket_picture"),
]
