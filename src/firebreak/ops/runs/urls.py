"""The addresses of the runs."""

from django.urls import path

from firebreak.ops.runs import views

app_name = "runs"
urlpatterns = [
    path("", views.runs, name="list"),
    path("start", views.start, name="start"),
    path("<int:run_id>", views.detail, name="detail"),
    path("<int:run_id>/again", views.again, name="again"),
]
