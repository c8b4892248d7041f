"""Every page of the product, app by app."""

from django.urls import include, path

from .api import api
from .core import errors

urlpatterns = [
    path("", include("heterospace.home.urls")),
    path("", include("heterospace.cocreation.urls")),
    path("", include("heterospace.events.urls")),
    path("", include("heterospace.bookings.urls")),
    path("", include("heterospace.enquiries.urls")),
    path("", include("heterospace.spaces.urls")),
    path("", include("heterospace.questionnaires.urls")),
    path("", include("heterospace.members.urls")),
    path("", include("heterospace.hubs.urls")),
    path("api/v1/", api.urls),
    path("", include("heterospace.core.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("allauth.account.urls")),
    path("account/mfa/", include("allauth.mfa.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
