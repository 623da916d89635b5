"""The addresses of the persons desk. No value of a person is ever part of one."""

from django.urls import path

from firebreak.web.persons import views

app_name = "persons"
urlpatterns = [
    path("", views.persons, name="list"),
    path("find", views.find, name="find"),
    path("<int:person_id>", views.file, name="file"),
    path("<int:person_id>/show", views.show, name="show"),
]
