"""Addresses of co-creation."""

from django.urls.resolvers import URLPattern

app_name = "cocreation"
urlpatterns: list[URLPattern] = []
