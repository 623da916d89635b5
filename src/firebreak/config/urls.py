"""All addresses: one prefix a desk. The desks of later pieces add theirs here."""

from django.urls import include, path

from firebreak.web import errors

urlpatterns = [
    path("", include("firebreak.web.urls")),
    path("", include("firebreak.ops.accounts.urls")),
    path("api/v1/", include("firebreak.web.api.urls")),
    path("cases/", include("firebreak.web.cases.urls")),
    path("orders/", include("firebreak.web.orders.urls")),
    path("channels/", include("firebreak.web.channels.urls")),
    path("integrations/", include("firebreak.ops.integrations.urls")),
    path("runs/", include("firebreak.ops.runs.urls")),
    path("persons/", include("firebreak.web.persons.urls")),
    path("reviews/", include("firebreak.web.persons.review_urls")),
    path("ledger/", include("firebreak.ops.ledger.urls")),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
