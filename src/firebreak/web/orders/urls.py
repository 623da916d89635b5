"""The addresses of orders. No value of a person is ever part of one."""

from django.urls import path

from firebreak.web.orders import handovers, views

app_name = "orders"
urlpatterns = [
    path("", views.orders, name="orders"),
    path("tasks", views.tasks, name="tasks"),
    path("handovers", handovers.handovers, name="handovers"),
    path("handovers/take-in", handovers.take_in, name="take-in"),
    path("handovers/trust", handovers.trust, name="trust"),
    path("<int:order_id>/hand-over", handovers.hand_over, name="hand-over"),
    path("<int:order_id>", views.order, name="order"),
    path("<int:order_id>/acknowledge", views.acknowledge, name="acknowledge"),
    path("<int:order_id>/delegate", views.delegate, name="delegate"),
    path("tasks/<int:task_id>", views.task, name="task"),
    path("tasks/<int:task_id>/report", views.report, name="report"),
]
