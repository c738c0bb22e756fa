"""Settings, all from the environment: `README.md` lists the variables.

A missing or empty one that cannot be guessed is one clear sentence, never a traceback.
"""

import os
import sys
from pathlib import Path
from typing import NoReturn

import environ
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
if (BASE_DIR / ".env").exists():
    env.read_env(str(BASE_DIR / ".env"))
# what is set to nothing counts as left out, but for the database: another one by mistake would be used in earnest
env.ENVIRON = {name: value for name, value in os.environ.items() if value or name == "DATABASE_URL"}


def refuse(sentence: str) -> NoReturn:
    sys.stderr.write(f"{sentence}\n")
    raise SystemExit(1)


def secret_key() -> str:
    """The configured key; with DEBUG on, a key made once and kept beside the code, out of git."""
    given = env.str("SECRET_KEY", default="")
    if given:
        return given
    if not DEBUG:
        refuse("SECRET_KEY is not set. Set it to a long random text, or set DEBUG=on to try Week One out.")
    kept = BASE_DIR / "media" / "try-out-secret-key"
    kept.parent.mkdir(exist_ok=True)
    try:
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
            new.write(get_random_secret_key())
    except FileExistsError:
        pass
    return kept.read_text()


DEBUG: bool = env.bool("DEBUG", default=False)
if not DEBUG and env.str("DEBUG", default="off").lower() not in ("off", "false", "no", "0", "n", "f"):
    refuse("DEBUG is neither on nor off.")

SECRET_KEY = secret_key()
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
if not ALLOWED_HOSTS:
    refuse("ALLOWED_HOSTS is not set. Set it to the names this service is reached by, such as weekone.trust.nhs.uk.")
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
if not all("://" in origin for origin in CSRF_TRUSTED_ORIGINS):
    refuse("CSRF_TRUSTED_ORIGINS holds something that is not an origin, such as https://weekone.trust.nhs.uk.")
SITE_URL: str = env.str(
    "SITE_URL", default="http://127.0.0.1:8000" if DEBUG else f"https://{ALLOWED_HOSTS[0].lstrip('.')}"
)
if not env.str("TRUSTED_PROXY_COUNT", default="0").isdecimal():
    refuse("TRUSTED_PROXY_COUNT is not a whole number. It says how many proxies stand in front of this service.")
TRUSTED_PROXY_COUNT: int = env.int("TRUSTED_PROXY_COUNT", default=0)

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "onboarding",
    "steps",
    "escalations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "onboarding.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "onboarding.middleware.actor",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "onboarding.urls"
WSGI_APPLICATION = "onboarding.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "onboarding.context.frame",
            ],
            "builtins": ["onboarding.templatetags.nhs"],
        },
    }
]

DATABASE_URL = env.str("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'week-one.sqlite3'}")
if not DATABASE_URL:
    refuse("DATABASE_URL is empty. Leave it out for SQLite, or set it to postgres://user:password@host/name.")
try:
    if not DATABASE_URL.startswith(("sqlite:", "postgres:", "postgresql:")):
        raise ValueError
    DATABASES = {"default": env.db_url_config(DATABASE_URL)}
except (ValueError, environ.ImproperlyConfigured):  # whose words may hold the password
    refuse("DATABASE_URL cannot be read. It looks like postgres://user:password@host/name.")
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE takes the write lock at BEGIN: twenty writers wait for each other instead of failing
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 600
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

CACHES = {
    "default": {
        # shared by all workers, so that limits on tries hold across them
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "week_one_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = False
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(BASE_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

AUTH_USER_MODEL = "onboarding.User"
AUTHENTICATION_BACKENDS = ["onboarding.sign_in.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "signed_out"
ACCOUNT_LOGOUT_REDIRECT_URL = "signed_out"
ACCOUNT_ADAPTER = "onboarding.sign_in.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# allauth's own limits lock out a hospital behind one address; these slow one account or one key instead
ACCOUNT_RATE_LIMITS = {
    "login": "1200/m/ip",
    "login_failed": "120/m/ip,5/5m/key",
    "reset_password": "120/m/ip,5/m/key",
}

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not DEBUG:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health/"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# the one inline script of the NHS template marks <body> as scripted; a test recomputes this hash
NHSUK_BODY_SCRIPT = "'sha256-tDOvXJi1PXbg0CWjLCCYSNHRXtps26K4JXkE3M6u/c0='"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NHSUK_BODY_SCRIPT],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

try:
    vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
except (ValueError, environ.ImproperlyConfigured):
    refuse("EMAIL_URL cannot be read. It looks like smtp+tls://user:password@mail.trust.nhs.uk:587.")
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Week One <week-one@localhost>")
# the mailbox that replies come to: imaps://user:password@mail.trust.nhs.uk/INBOX
IMAP_URL: str = env.str("IMAP_URL", default="")
if IMAP_URL and not IMAP_URL.startswith(("imaps://", "imap://")):
    refuse("IMAP_URL cannot be read. It looks like imaps://user:password@mail.trust.nhs.uk/INBOX.")
REPLY_ADDRESS: str = env.str("REPLY_ADDRESS", default="")  # where it is not the user of IMAP_URL
# the name under which our own mail server writes Authentication-Results: nobody else's are believed
MAIL_AUTHSERV_ID: str = env.str("MAIL_AUTHSERV_ID", default="")

# a full pack is mailed to these alone: "nhs.net" is that domain, "*.nhs.uk" any below it
ALLOWED_MAIL_DOMAINS: list[str] = env.list(
    "ALLOWED_MAIL_DOMAINS",
    default=["nhs.net", "nhs.scot", "wales.nhs.uk", "hscni.net", "*.nhs.uk", *(["*.example"] if DEBUG else [])],
)
# where each night's heads of the audit trail go: a mailbox that whoever runs the database cannot empty
AUDIT_ANCHOR_EMAIL: str = env.str("AUDIT_ANCHOR_EMAIL", default="")
CLAMAV_SOCKET: str = env.str("CLAMAV_SOCKET", default="")  # a path, or host:port
if CLAMAV_SOCKET and not CLAMAV_SOCKET.startswith(("/", "unix:")) and not CLAMAV_SOCKET.rpartition(":")[2].isdecimal():
    refuse("CLAMAV_SOCKET cannot be read. It is a path such as /run/clamav/clamd.ctl, or a host and a port.")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"no_secret_links": {"()": "onboarding.links.NoSecretLinks"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_secret_links"]},
    },
    "loggers": {"django.server": {"filters": ["no_secret_links"]}},  # it has a handler of its own
    "root": {"handlers": ["console"], "level": "INFO"},
}
