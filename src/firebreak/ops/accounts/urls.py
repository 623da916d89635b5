"""The addresses of sign-in and of the accounts desk."""

from django.urls import path

from firebreak.ops.accounts import sign_in, views

app_name = "accounts"
urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("second-factor", sign_in.second_factor, name="second-factor"),
    path("password", sign_in.password, name="password"),
    path("provider", sign_in.ask_provider, name="provider"),
    path("provider/answer", sign_in.answer_of_provider, name="oidc_authentication_callback"),
    path("accounts/", views.accounts, name="list"),
    path("accounts/new", views.new, name="new"),
    path("accounts/<int:user_id>", views.detail, name="detail"),
    path("accounts/<int:user_id>/change", views.change, name="change"),
    path("accounts/<int:user_id>/grant", views.grant, name="grant"),
    path("accounts/<int:user_id>/revoke/<int:holding_id>", views.revoke, name="revoke"),
    path("accounts/<int:user_id>/suspend", views.suspend, name="suspend"),
    path("accounts/<int:user_id>/restore", views.restore, name="restore"),
    path("accounts/<int:user_id>/reset-password", views.reset_password, name="reset-password"),
    path("accounts/<int:user_id>/link", views.link, name="link"),
    path("accounts/<int:user_id>/end-sessions", views.end_sessions, name="end-sessions"),
]
