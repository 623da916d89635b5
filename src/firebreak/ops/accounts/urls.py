"""The addresses of sign-in and of the accounts desk."""

from django.urls import path

from firebreak.ops.accounts import sign_in

app_name = "accounts"
urlpatterns = [
    path("sign-in", sign_in.sign_in, name="sign-in"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("second-factor", sign_in.second_factor, name="second-factor"),
    path("password", sign_in.password, name="password"),
    path("provider", sign_in.ask_provider, name="provider"),
    path("provider/answer", sign_in.answer_of_provider, name="oidc_authentication_callback"),
]
