"""The addresses of the case desk. No value of a person is ever part of one."""

from django.urls import path

from firebreak.web.cases import clocks, lists, views

app_name = "cases"
urlpatterns = [
    path("", views.cases, name="cases"),
    path("new", views.new, name="new"),
    path("take-in", views.take_in, name="take-in"),
    path("clocks", clocks.clocks, name="clocks"),
    path("<int:case_id>", views.case, name="case"),
    path("<int:case_id>/live", views.live, name="live"),
    path("<int:case_id>/change", views.change, name="change"),
    path("<int:case_id>/move", views.move, name="move"),
    path("<int:case_id>/trace", views.trace, name="trace"),
    path("lists/<int:list_id>", lists.contact_list, name="list"),
    path("lists/<int:list_id>/people", lists.people, name="people"),
    path("lists/<int:list_id>/confirm", lists.confirm, name="confirm"),
]
