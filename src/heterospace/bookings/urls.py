"""Addresses of the booking pages."""

from django.urls import path

from .views import booking, calendar, desk, display, feeds, guests, moving, presence, searching

app_name = "bookings"
urlpatterns = [
    path("search/", searching.search, name="search"),
    path("hubs/<slug:hub_slug>/spaces/<slug:slug>/book/", booking.book, name="book"),
    path("hubs/<slug:hub_slug>/spaces/<slug:slug>/here/", presence.here, name="here"),
    path("hubs/<slug:hub_slug>/spaces/<slug:slug>/door/", presence.door, name="door"),
    path("hubs/<slug:hub_slug>/spaces/<slug:slug>/displays/", display.displays, name="displays"),
    path("displays/<str:secret>/", display.display, name="display"),
    path("displays/<str:secret>/day.json", display.display_data, name="display_data"),
    path("displays/<str:secret>/worker.js", display.display_worker, name="display_worker"),
    path("bookings/", booking.mine, name="mine"),
    path("bookings/give-back/<str:token>/", booking.give_back, name="give_back"),
    path("bookings/<str:reference>/", booking.booking, name="booking"),
    path("bookings/<str:reference>/cancel/", booking.cancel, name="cancel"),
    path("bookings/<str:reference>/check-in/", presence.check_in, name="check_in"),
    path("bookings/<str:reference>/release/", presence.release, name="release"),
    path("bookings/<str:reference>/extend/", presence.extend, name="extend"),
    path("bookings/<str:reference>/calendar.ics", booking.calendar, name="calendar"),
    path("calendars/", feeds.feeds, name="feeds"),
    path("feeds/<str:secret>.ics", feeds.feed, name="feed"),
    path("bookings/<str:reference>/no-show/", presence.no_show, name="no_show"),
    path("bookings/<str:reference>/move/", moving.move, name="move"),
    path("bookings/<str:reference>/guests/", guests.guests, name="guests"),
    path("desk/<slug:hub_slug>/", desk.desk, name="desk"),
    path("desk/<slug:hub_slug>/calendar/", calendar.calendar, name="hub_calendar"),
    path("desk/<slug:hub_slug>/calendar/events.json", calendar.events, name="calendar_events"),
    path("desk/<slug:hub_slug>/sheet/", desk.sheet, name="desk_sheet"),
]
