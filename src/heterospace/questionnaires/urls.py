"""Addresses of questionnaires: answering, making, reading."""

from django.urls import path, re_path

from .views import answering, making, reading

app_name = "questionnaires"
urlpatterns = [
    path("s/<slug:key>/", answering.ask, name="answer"),
    path("s/<slug:key>/thanks/", answering.thanks, name="thanks"),
    path("questionnaires/", making.index, name="index"),
    path("questionnaires/new/", making.new, name="new"),
    path("questionnaires/share/<slug:link_key>/", making.share, name="share"),
    path("questionnaires/<slug:key>/", making.build, name="build"),
    path("questionnaires/<slug:key>/change/", making.change, name="change"),
    path("questionnaires/<slug:key>/act/", making.act, name="act"),
    path("questionnaires/<slug:key>/preview/", making.preview, name="preview"),
    path("questionnaires/<slug:key>/results/", reading.results, name="results"),
    re_path(
        r"^questionnaires/(?P<key>[-\w]+)/results\.(?P<kind>xlsx|csv)$",
        reading.results_file,
        name="results_file",
    ),
    path("questionnaires/<slug:key>/questions/new/", making.question, name="question_new"),
    path("questionnaires/<slug:key>/questions/<slug:question_key>/", making.question, name="question"),
    path(
        "questionnaires/<slug:key>/questions/<slug:question_key>/act/",
        making.question_act,
        name="question_act",
    ),
    path("hubs/<slug:hub_slug>/service/", reading.service, name="service"),
    path("hubs/<slug:hub_slug>/service/counter/", reading.counter, name="counter"),
]
