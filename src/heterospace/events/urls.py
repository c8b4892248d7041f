"""Addresses of events."""

from django.urls import path, re_path

from .views import certificates, figures, joining, people, planning, public, registration, report

app_name = "events"
urlpatterns = [
    path("events/", public.events, name="list"),
    path("events/feed.ics", public.feed_ics, name="feed_ics"),
    path("events/feed.rss", public.feed_rss, name="feed_rss"),
    path("events/feed.json", public.feed_json, name="feed_json"),
    path("events/embed/", public.embed, name="embed"),
    path("hubs/<slug:slug>/events/", public.at_hub, name="hub"),
    path("me/events/", registration.mine, name="mine"),
    path("events/organise/", planning.organise, name="organise"),
    path("hubs/<slug:hub_slug>/events/plan/", planning.plan, name="plan"),
    path("events/<slug:slug>/", public.event, name="event"),
    path("events/<slug:slug>/manage/", planning.manage, name="manage"),
    path("events/<slug:slug>/manage/edit/", planning.edit, name="edit"),
    path("events/<slug:slug>/manage/seats/", planning.seats, name="seats"),
    path("events/<slug:slug>/manage/seats/<int:pk>/release/", planning.release, name="release"),
    path("events/<slug:slug>/manage/programme/", planning.programme, name="programme"),
    path("events/<slug:slug>/manage/programme/<int:pk>/", planning.session, name="session"),
    path("events/<slug:slug>/manage/team/", planning.team, name="team"),
    path("events/<slug:slug>/manage/team/<str:kind>/<int:pk>/", planning.leave_team, name="leave_team"),
    path("events/<slug:slug>/manage/people/", people.people, name="people"),
    path("events/<slug:slug>/manage/people/<str:reference>/", people.decide, name="decide"),
    path("events/<slug:slug>/manage/certificates/", certificates.issuing, name="certificates"),
    path("events/<slug:slug>/manage/certificates/issue/", certificates.issue, name="issue"),
    path(
        "events/<slug:slug>/manage/certificates/<str:serial>/", certificates.change, name="change_certificate"
    ),
    path("events/<slug:slug>/manage/report/", report.report, name="report"),
    path("events/<slug:slug>/manage/report.pdf", report.report_paper, name="report_paper"),
    path("events/<slug:slug>/manage/report.xlsx", report.report_workbook, name="report_workbook"),
    path("events/<slug:slug>/manage/report/survey/", report.ask, name="ask_survey"),
    path("events/<slug:slug>/manage/report/needs/<str:reference>/", report.access, name="mark_access"),
    re_path(
        r"^events/(?P<slug>[-\w]+)/manage/registrations\.(?P<kind>xlsx|csv)$",
        report.registrations,
        name="registrations",
    ),
    path("hubs/<slug:slug>/figures/", figures.figures, name="figures"),
    path("hubs/<slug:slug>/figures.xlsx", figures.workbook, name="figures_workbook"),
    path("hubs/<slug:slug>/figures/events/", figures.records, name="figures_events"),
    path("c/", certificates.look_up, name="look_up"),
    path("c/<str:serial>/", certificates.verify, name="certificate"),
    path("c/<str:serial>/certificate.pdf", certificates.paper, name="certificate_paper"),
    re_path(
        rf"^events/(?P<slug>[-\w]+)/manage/(?P<name>{'|'.join(planning.STEPS)})/$", planning.step, name="step"
    ),
    path("events/<slug:slug>/calendar.ics", public.calendar, name="calendar"),
    path("events/<slug:slug>/picture.png", public.picture, name="picture"),
    path("events/<slug:slug>/photo/<str:name>", public.photo, name="photo"),
    path("events/<slug:slug>/register/", registration.register, name="register"),
    path("r/<str:token>/", registration.registration, name="registration"),
    path("r/<str:token>/join/", joining.join, name="join"),
    path("r/<str:token>/join/go/", joining.go, name="join_go"),
    path("r/<str:token>/ticket.png", registration.ticket_picture, name="ticket_picture"),
]
