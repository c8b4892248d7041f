"""Every setting of HeteroSpace, each with a default; what may differ between machines is an environment variable.

docs/operating.md lists the variables. Nothing here reads the time or the network.
"""

import os
import sys
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from psycopg.conninfo import conninfo_to_dict

PACKAGE = Path(__file__).resolve().parent


def flag(name: str) -> bool:
    """Whether the environment switches `name` on (1, true, yes, on)."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def names(name: str, default: str = "") -> list[str]:
    """The comma-separated values of `name`."""
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DATA = Path(os.environ.get("HETEROSPACE_DATA", "var")).resolve()
DEBUG = flag("HETEROSPACE_DEBUG")
DEMO = flag("HETEROSPACE_DEMO")  # opens the one-click sign-in of the invented cast, nothing else
SETUP_CODE = os.environ.get("HETEROSPACE_SETUP_CODE", "")  # opens the first-run page; empty keeps it shut
OFFICE = os.environ.get("HETEROSPACE_OFFICE", "")  # slug of the office that a host nobody claims belongs to
SECRET_KEY = os.environ.get("HETEROSPACE_SECRET_KEY", "only-for-commands-that-sign-nothing")
BASE_URL = os.environ.get("HETEROSPACE_URL", f"http://localhost:{os.environ.get('PORT', '8000')}").rstrip("/")
_host = urlsplit(BASE_URL).hostname or ""
ALLOWED_HOSTS = [*names("HETEROSPACE_HOSTS", "*" if _host == "localhost" else ""), _host]
CSRF_TRUSTED_ORIGINS = [BASE_URL, *names("HETEROSPACE_ORIGINS")]
SECURE = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "heterospace.core.errors.csrf_failure"

INSTALLED_APPS = [
    "heterospace.home",
    "heterospace.cocreation",
    "heterospace.events",
    "heterospace.bookings",
    "heterospace.enquiries",
    "heterospace.spaces",
    "heterospace.questionnaires",
    "heterospace.members",
    "heterospace.hubs",
    "heterospace.core",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_cotton.apps.SimpleAppConfig",
    "template_partials.apps.SimpleAppConfig",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "rules",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "heterospace.core.middleware.security_headers",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "heterospace.core.middleware.database_away",
    "django.middleware.gzip.GZipMiddleware",
    "heterospace.core.middleware.readable",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "heterospace.members.middleware.who_and_where",
    "heterospace.core.middleware.manners",
    "heterospace.core.middleware.refusals",
]

ROOT_URLCONF = "heterospace.urls"
WSGI_APPLICATION = "heterospace.wsgi.application"
APPEND_SLASH = True
X_FRAME_OPTIONS = "DENY"

_loaders = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "OPTIONS": {
            # cotton and template-partials replace the same hook: only this order lets both work.
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
                )
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "django.templatetags.i18n",
                "django.templatetags.static",
                "heterospace.core.templatetags.ui",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csrf",
                "django.contrib.messages.context_processors.messages",
                "heterospace.members.context.site",
            ],
        },
    }
]
COTTON_ISOLATE_BY_DEFAULT = True  # a component sees what it was given, nothing of the page around it
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")  # its widget templates, found after ours


def database(url: str) -> dict[str, object]:
    """Django's connection settings from a `postgresql://` URL (a socket folder goes in `?host=`)."""
    parts = conninfo_to_dict(url)
    return {
        "ENGINE": os.environ.get("HETEROSPACE_DB_ENGINE", "django.db.backends.postgresql"),
        "NAME": parts.pop("dbname", "heterospace"),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 1,
            **(
                {} if flag("HETEROSPACE_NO_POOL") else {"pool": {"min_size": 1, "max_size": 4, "timeout": 10}}
            ),
            **parts,
        },
    }


DATABASES = {"default": database(os.environ.get("DATABASE_URL", "postgresql:///heterospace"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {  # rate limits must hold across all processes
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
    "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "ENQUEUE_ON_COMMIT": False, "QUEUES": []}}

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Jakarta"
USE_THOUSAND_SEPARATOR = False

STATIC_URL = "/static/"
STATIC_ROOT = PACKAGE / "static"
STATICFILES_DIRS = [PACKAGE / "core" / "assets"] if (PACKAGE / "core" / "assets").is_dir() else []
_manifest = not DEBUG and (STATIC_ROOT / "staticfiles.json").exists()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _manifest or "collectstatic" in sys.argv
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = DATA / "uploads"
MEDIA_URL = "/files/"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # forms; files have their own limit below
MAX_PHOTO_BYTES = 8_000_000
MAX_SHEET_BYTES = 9_000_000
MAX_REQUEST_BYTES = 10_000_000

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/me/"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "heterospace.members.allauth.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_FORMS = {
    "login": "heterospace.members.sign_in.PasswordForm",
    "request_login_code": "heterospace.members.sign_in.CodeForm",
    "signup": "heterospace.members.sign_in.MemberForm",
}
ACCOUNT_SIGNUP_FORM_CLASS = "heterospace.members.forms.JoinFields"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {  # per account key first; the address limit is wide: a whole hall sits behind one
    "login": "300/m/ip",
    "login_failed": "500/m/ip,5/5m/key",
    "signup": "200/m/ip",
    "request_login_code": "300/m/ip,3/5m/key",
    "confirm_email": "300/m/ip,3/3m/key",
    "reset_password": "200/m/ip,5/5m/key",
    "reset_password_from_key": "200/m/ip",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
    "reauthenticate": "10/m/user",
}
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}  # no secret to guess
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = "HeteroSpace"

MEET_URL = os.environ.get("HETEROSPACE_MEET", "https://meet.jit.si").rstrip("/")  # rooms of events online
EMAIL_URL = os.environ.get("HETEROSPACE_EMAIL", "")  # smtp://user:password@host:587?tls=1; empty writes files
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get("HETEROSPACE_EMAIL_FROM", "HeteroSpace <halo@localhost>")
if EMAIL_URL:
    _mail = urlsplit(EMAIL_URL)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or 587
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail.username or ""), unquote(_mail.password or "")
    EMAIL_USE_SSL = _mail.scheme == "smtps"
    EMAIL_USE_TLS = not EMAIL_USE_SSL and parse_qs(_mail.query).get("tls", ["1"]) != ["0"]
    EMAIL_TIMEOUT = 20
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mail"

SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"heterospace": {"level": "INFO"}},
}
