"""Django settings, read from the environment; `callwright up` fills in what is not set."""

import os
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from callwright.config.demo import logins as demo_logins
from callwright.config.environment import database_settings, file_storage, home_folder, secret_key
from callwright.kit.proxies import trusted_networks

HOME = home_folder()
PACKAGE = Path(__file__).resolve().parent.parent

SECRET_KEY = secret_key(HOME)
DEBUG = os.environ.get("CALLWRIGHT_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("CALLWRIGHT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("CALLWRIGHT_ORIGINS", "").split(",") if o]
PUBLIC_URL = os.environ.get("CALLWRIGHT_URL", "")  # links in mails begin with it; see messaging/links.py

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "axes",
    "callwright.kit",
    "callwright.live",
    "callwright.staff",
    "callwright.telephony",
    "callwright.accounts",
    "callwright.messaging",
    "callwright.contacts",
    "callwright.calls",
    "callwright.recordings",
    "callwright.registration",
    "callwright.imports",
    "callwright.reports",
    "callwright.floor",
    "callwright.desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "callwright.kit.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "callwright.kit.nul_bytes.NulBytesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "callwright.staff.sessions.SessionUserMiddleware",
    "callwright.staff.middleware.UserSettingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "callwright.config.urls"
ASGI_APPLICATION = "callwright.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "callwright.kit.context.screen",
            ],
        },
    },
]

FORM_RENDERER = "callwright.kit.form_rendering.KitRenderer"

DATABASES = {"default": database_settings(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",  # passwords
    "callwright.staff.sessions.SessionUsers",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "staff:login"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nl", _("Dutch")), ("ar", _("Arabic")), ("hu", _("Hungarian"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

STATIC_URL = "/static/"
STORAGES = {
    "default": file_storage(),
    "staticfiles": {"BACKEND": "callwright.config.static_files.VersionedStaticFiles"},
}
MEDIA_ROOT = HOME / "files"
# What people said on the telephone is for the product alone, not for everybody with a login on the machine.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
MEDIA_URL = "/files/"

# A working day with overtime. Behind a proxy that speaks TLS, CALLWRIGHT_HTTPS=1 keeps cookies off plain HTTP.
SESSION_ENGINE = "callwright.staff.sessions"
SESSION_COOKIE_AGE = 16 * 3600
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
if os.environ.get("CALLWRIGHT_HTTPS") == "1":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "callwright.kit.broken.stale_form"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"

# Proxies of our own, whose word about the client's address is taken; see kit/proxies.py.
TRUSTED_PROXIES = os.environ.get("CALLWRIGHT_PROXIES", "")
trusted_networks(TRUSTED_PROXIES)  # a slip is told at the start, not at somebody's login

AXES_CLIENT_IP_CALLABLE = "callwright.kit.proxies.client_address"
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the minutes that a locked-out person was told stay true
AXES_VERBOSE = False

# A ready agent whose desk was closed for so many minutes is paused; 0 never does.
DESK_ABSENT_MINUTES = int(os.environ.get("CALLWRIGHT_DESK_ABSENT_MINUTES", "10"))

# With CALLWRIGHT_DEMO=1 the login page offers the demonstration's logins at one click.
DEMO_PASSWORD = demo_logins.PASSWORD if os.environ.get("CALLWRIGHT_DEMO") == "1" else ""

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("CALLWRIGHT_LOG_LEVEL", "WARNING").upper()},
    "loggers": {"callwright": {"level": os.environ.get("CALLWRIGHT_LOG_LEVEL", "INFO").upper()}},
}
