"""The addresses of the web room itself."""

from django.urls import path

from firebreak.web import views

app_name = "web"
urlpatterns = [
    path("", views.home, name="home"),
    path("language", views.language, name="language"),
    path("theme", views.theme, name="theme"),
]
