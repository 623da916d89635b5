"""The addresses of the ledger desk."""

from django.urls import path

from firebreak.ops.ledger import views

app_name = "ledger"
urlpatterns = [
    path("", views.entries, name="list"),
    path("verify", views.verify, name="verify"),
]
