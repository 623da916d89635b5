"""The addresses of the review queue."""

from django.urls import path

from firebreak.web.persons import reviews

app_name = "reviews"
urlpatterns = [
    path("", reviews.reviews, name="list"),
    path("<int:review_id>", reviews.pair, name="pair"),
    path("<int:review_id>/show", reviews.show, name="show"),
    path("<int:review_id>/rule", reviews.rule, name="rule"),
    path("rulings/", reviews.rulings, name="rulings"),
    path("rulings/<int:ruling_id>", reviews.ruling, name="ruling"),
    path("rulings/<int:ruling_id>/confirm", reviews.confirm, name="confirm"),
    path("rulings/<int:ruling_id>/send-back", reviews.send_back, name="send-back"),
    path("rulings/<int:ruling_id>/take-back", reviews.take_back, name="take-back"),
    path("merges/<int:merge_id>", reviews.merge, name="merge"),
]
