"""The addresses of the integrations desk."""

from django.urls import path

from firebreak.ops.integrations import views

app_name = "integrations"
urlpatterns = [
    path("", views.integrations, name="list"),
    path("new", views.new, name="new"),
    path("<int:integration_id>", views.detail, name="detail"),
    path("<int:integration_id>/issue", views.issue, name="issue"),
    path("<int:integration_id>/revoke/<int:token_id>", views.revoke, name="revoke"),
    path("<int:integration_id>/switch", views.switch, name="switch"),
]
