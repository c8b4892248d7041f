from django.urls import path

from . import views

app_name = "core"
urlpatterns = [
    path("ui/", views.ui, name="ui"),
    path("theme/", views.theme, name="theme"),
    path("manifest.webmanifest", views.manifest, name="manifest"),
]
