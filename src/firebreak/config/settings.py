"""Django's settings, from the environment. Importing this refuses to start what should not be started."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from firebreak.config.environment import read, write_private
from firebreak.config.refusals import refuse
from firebreak.ops.base.keyring import new_ring

ENVIRONMENT = read()
refuse(ENVIRONMENT)
if ENVIRONMENT.mode == "drill" and not ENVIRONMENT.keys_file.exists():
    write_private(ENVIRONMENT.keys_file, new_ring().dumped())

FIREBREAK_MODE = ENVIRONMENT.mode
FIREBREAK_HOME = ENVIRONMENT.home
FIREBREAK_KEYS_FILE: Path | None = None if ENVIRONMENT.mode == "test" else ENVIRONMENT.keys_file
FIREBREAK_LAKE = ENVIRONMENT.lake
FIREBREAK_TODAY = ENVIRONMENT.today
FIREBREAK_DIVISION = ENVIRONMENT.division
FIREBREAK_SPOOL = ENVIRONMENT.spool
FIREBREAK_SPECS = ENVIRONMENT.specs
FIREBREAK_MAX_UPLOAD_BYTES = ENVIRONMENT.max_upload_bytes
FIREBREAK_DRILL = ENVIRONMENT.mode != "production"
FIREBREAK_TWO_PEOPLE = ENVIRONMENT.two_people
_PACKAGE = Path(__file__).resolve().parents[1]
_HTTPS = ENVIRONMENT.secure

SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = sorted({ENVIRONMENT.host, *(() if ENVIRONMENT.mode == "production" else ("127.0.0.1", "localhost"))})
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.url]
DATABASES = {"default": ENVIRONMENT.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

DESKS = ["ledger", "runs", "outbox", "accounts", "vault", "persons", "integrations", "channels", "orders", "cases"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    *(f"firebreak.ops.{desk}" for desk in DESKS),
    "firebreak.web",
    "axes",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "firebreak.web.middleware.ProxyMiddleware",
    "csp.middleware.CSPMiddleware",
    "firebreak.web.middleware.HeadersMiddleware",
    "firebreak.web.api.middleware.ProblemMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "firebreak.ops.accounts.middleware.ActorMiddleware",
    "firebreak.web.middleware.LanguageMiddleware",
    "firebreak.web.middleware.SizeMiddleware",
    "firebreak.ops.accounts.middleware.PolicyMiddleware",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "firebreak.config.urls"
WSGI_APPLICATION = "firebreak.config.wsgi.desks"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "firebreak.web.context.around",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "firebreak.web.templatetags.parts"],
        },
    }
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "label")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "accounts:sign-in"
LOGIN_REDIRECT_URL = "/"
LOGIN_REDIRECT_URL_FAILURE = "/sign-in?provider=refused"

# A name is locked for a quarter of an hour after five wrong passwords, from wherever they came.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # else whoever goes on trying locks the owner out for ever
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_SENSITIVE_PARAMETERS = ["password", "username"]
AXES_USERNAME_CALLABLE = "firebreak.ops.accounts.lockout.name_of"
AXES_LOCKOUT_CALLABLE = "firebreak.ops.accounts.lockout.locked_out"
# W006 asks for the address among them: one office behind one address would lock out all its people.
SILENCED_SYSTEM_CHECKS = ["axes.W006"]
AXES_VERBOSE = False
OTP_TOTP_ISSUER = "Firebreak 联防"
OTP_TOTP_THROTTLE_FACTOR = 1

SESSION_ENGINE = "firebreak.ops.accounts.sessions"
SESSION_COOKIE_NAME = "firebreak_session"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "firebreak_csrf"
CSRF_COOKIE_SECURE = _HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "firebreak.web.errors.forged"
SECURE_SSL_REDIRECT = _HTTPS
SECURE_HSTS_SECONDS = 31536000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FIREBREAK_PROXIES = ENVIRONMENT.proxies
if ENVIRONMENT.proxies:  # the proxy ends TLS; without one in front, anybody could send this header
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

OIDC_OP_ISSUER = ENVIRONMENT.oidc.get("issuer", "")
OIDC_OP_AUTHORIZATION_ENDPOINT = ENVIRONMENT.oidc.get("authorization_endpoint", "")
OIDC_OP_TOKEN_ENDPOINT = ENVIRONMENT.oidc.get("token_endpoint", "")
OIDC_OP_USER_ENDPOINT = ENVIRONMENT.oidc.get("userinfo_endpoint", "")
OIDC_OP_JWKS_ENDPOINT = ENVIRONMENT.oidc.get("jwks_uri", "")
OIDC_RP_CLIENT_ID = ENVIRONMENT.oidc.get("client_id", "")
OIDC_RP_CLIENT_SECRET = ENVIRONMENT.oidc.get("client_secret", "")
OIDC_RP_SIGN_ALGO = ENVIRONMENT.oidc.get("sign_algorithm", "RS256")
OIDC_RP_SCOPES = ENVIRONMENT.oidc.get("scopes", "openid")
OIDC_AUTHENTICATION_CALLBACK_URL = "accounts:oidc_authentication_callback"
OIDC_USE_PKCE = True
OIDC_CREATE_USER = False
OIDC_TIMEOUT = 10
if OIDC_OP_ISSUER:
    AUTHENTICATION_BACKENDS.append("firebreak.ops.accounts.oidc.Provider")

# Kinds of background work, each with the bridge's function that does it: desks know no bridge.
FIREBREAK_WORK = {
    "intake": "firebreak.bridge.desk_work:take_in",
    "chain": "firebreak.bridge.desk_work:chain",
    "outbox": "firebreak.bridge.outbox:carry",
    "publish": "firebreak.bridge.publish:work",
    "cases": "firebreak.bridge.case_work:take_in",
    "trace": "firebreak.bridge.case_work:trace_case",
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LANGUAGE_COOKIE_NAME = "firebreak_language"
LOCALE_PATHS = [_PACKAGE / "web" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ENVIRONMENT.home / "static"
_HASHED = "firebreak.web.storage.HashedStorage"
_PLAIN = "django.contrib.staticfiles.storage.StaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _PLAIN if ENVIRONMENT.mode == "test" else _HASHED},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_AUTOREFRESH = False
WHITENOISE_USE_FINDERS = ENVIRONMENT.mode == "test"

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        # These put user names, form data or addresses with numbers in them into the log.
        "axes": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "mozilla_django_oidc": {"level": "CRITICAL"},
        # Its tracebacks end in a message that may hold somebody's value; ops.base.faults says where it was instead.
        "django.request": {"level": "CRITICAL"},
    },
}
