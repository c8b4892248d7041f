from django.urls import path

from . import views

app_name = "core"
urlpatterns = [
    path("ui/", views.ui, name="ui"),
    path("theme/", views.theme, name="theme"),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]
