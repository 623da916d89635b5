"""The addresses of the channels desk."""

from django.urls import path

from firebreak.web.channels import rejects, views

app_name = "channels"
urlpatterns = [
    path("", views.channels, name="list"),
    path("of/<slug:channel_id>", views.channel, name="channel"),
    path("upload", views.upload, name="upload"),
    path("deliveries/", views.deliveries, name="deliveries"),
    path("deliveries/<slug:receipt>", views.delivery, name="delivery"),
    path("deliveries/<slug:receipt>/classify", views.classify, name="classify"),
    path("deliveries/<slug:receipt>/discard", views.discard, name="discard"),
    path("batches/", views.batches, name="batches"),
    path("batches/<int:batch_id>", rejects.rejects, name="rejects"),
    path("batches/<int:batch_id>/<int:line>", rejects.row, name="row"),
    path("batches/<int:batch_id>/<int:line>/show", rejects.show, name="show"),
    path("batches/<int:batch_id>/<int:line>/mend", rejects.mend, name="mend"),
]
