"""Django settings of a node, read from its directory (`CLEW_HOME`); nothing else is configured by environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF

from clew.node.home import load_home

HOME = load_home()
NODE = HOME.settings
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = HOME.secret
DEBUG = False
ALLOWED_HOSTS = [NODE.host]
SLUG = "".join(c if c.isalnum() else "_" for c in NODE.host.lower())

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "csp",
    # Before allauth: of two templates of one name the first is taken.
    "clew.node.design",
    "clew.node.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "clew.node.audit",
    "clew.node.dossier",
    "clew.node.consent",
    "clew.node.partners",
    "clew.node.rulebook",
    "clew.node.cases",
    "clew.node.disclosure",
    "clew.node.exchange",
    "clew.node.kinship",
    "clew.node.matching",
    "clew.node.referral",
    "clew.node.transfer",
    "clew.node.oversight",
    "clew.node.search",
    "clew.node.api",
    "clew.node.desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "clew.node.accounts.middleware.SignedInMiddleware",
]

ROOT_URLCONF = "clew.node.urls"
WSGI_APPLICATION = "clew.node.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "clew.node.desk.context.node",
            ],
            "builtins": ["django.templatetags.i18n"],
        },
    }
]
FORM_RENDERER = "clew.node.design.forms.ClewFormRenderer"


def _database() -> dict[str, Any]:
    if NODE.database:
        return dict(dj_database_url.parse(NODE.database, conn_max_age=60, conn_health_checks=True))
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME.store,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            # A write waits its turn instead of failing half-way, and what is committed survives a power cut.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;",
        },
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.Officer"
AUTHENTICATION_BACKENDS = ["clew.node.accounts.backends.OfficerBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_ADAPTER = "clew.node.accounts.adapters.OfficerAdapter"
MFA_ADAPTER = "clew.node.accounts.adapters.OfficerMFAAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/account/login/"
ACCOUNT_FORMS = {
    "login": "clew.node.accounts.sign_in_forms.SignInForm",
    "reauthenticate": "clew.node.accounts.sign_in_forms.PasswordAgainForm",
    "change_password": "clew.node.accounts.sign_in_forms.NewPasswordForm",
    "set_password": "clew.node.accounts.sign_in_forms.FirstPasswordForm",
}
MFA_FORMS = {
    "authenticate": "clew.node.accounts.sign_in_forms.CodeForm",
    "reauthenticate": "clew.node.accounts.sign_in_forms.CodeAgainForm",
    "activate_totp": "clew.node.accounts.sign_in_forms.AuthenticatorForm",
    "add_webauthn": "clew.node.accounts.sign_in_forms.PasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# Clocks of phones differ; each code counts once all the same (clew.node.accounts.codes).
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not NODE.secure
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/"

SESSION_SERIALIZER = "clew.node.accounts.sessions.SealedSerializer"
SESSION_COOKIE_NAME = f"clew_{SLUG}_session"
CSRF_COOKIE_NAME = f"clew_{SLUG}_csrf"
LANGUAGE_COOKIE_NAME = f"clew_{SLUG}_language"
# Counted from the last page an officer asked for (clew.node.accounts.sessions); she is warned before it ends.
SESSION_COOKIE_AGE = 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = NODE.secure
SECURE_SSL_REDIRECT = NODE.secure
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if NODE.secure and NODE.bind == "127.0.0.1" else None
SECURE_HSTS_SECONDS = 31_536_000 if NODE.secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = NODE.secure
SECURE_HSTS_PRELOAD = NODE.secure
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = NODE.language
LANGUAGES = [
    ("en", "English"),
    ("zh-hans", "中文"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("bg", "Български"),
]
LOCALE_PATHS = [PACKAGE / "locale"]
FORMAT_MODULE_PATH = "clew.node.formats"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = HOME.path / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# Uploads: a case file with scans is tens of megabytes; beyond that the evidence path is the right one.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600

CLEW_PROCESS = os.environ.get("CLEW_PROCESS", "cli")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "clew.node.logs.PlainLines"}, "json": {"()": "clew.node.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": NODE.log_format}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"clew": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
