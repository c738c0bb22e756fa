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
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
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
    "onboarding.sign_in.sessions.limits",
    "onboarding.middleware.SignInFirst",
    "onboarding.middleware.actor",
    "onboarding.sign_in.factors.required",
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
AUTHENTICATION_BACKENDS = ["onboarding.sign_in.grants.Backend"]
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
ACCOUNT_ADAPTER = "onboarding.sign_in.adapter.Adapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # as much work as for a known one; the adapter sends nothing
ACCOUNT_EMAIL_NOTIFICATIONS = True  # the owner is told of a new password, app or passkey
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
# allauth's own limits lock out a hospital behind one address: not by their numbers alone, but since each count of an
# address is behind one lock, which 500 people at nine do not get in time. These slow one account from one address (its
# key in `Adapter.pre_authenticate`) and one account from everywhere; "" is no limit
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "login_failed": "5/5m/key",
    "login_failed_anywhere": "20/5m/key",
    "request_login_code": "3/m/key,10/h/key",  # three guesses each at one in a million
    "reset_password": "3/m/key,10/h/key",
    "reset_password_from_key": "",  # the key is too long to be guessed
    "signup": "",
}
ACCOUNT_FORMS = {"reset_password": "onboarding.sign_in.forgotten.ForgottenForm"}
MFA_ADAPTER = "onboarding.sign_in.factors.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off; `factors.OneUse` still takes a code once
MFA_RATE_LIMITS = {"webauthn_login": ""}  # there is nothing to guess
MFA_FORMS = {
    "authenticate": "onboarding.sign_in.factors.SignInForm",
    "reauthenticate": "onboarding.sign_in.factors.AgainForm",
    "activate_totp": "onboarding.sign_in.factors.ActivateForm",
    "add_webauthn": "onboarding.sign_in.factors.PasskeyForm",
}

# the trust's own sign-in, as Microsoft Entra is one: docs/sign-in.md
OIDC_SERVER_URL: str = env.str("OIDC_SERVER_URL", default="").rstrip("/")
if (
    OIDC_SERVER_URL
    and not OIDC_SERVER_URL.startswith("https://")
    and not (DEBUG and OIDC_SERVER_URL.startswith(("http://localhost:", "http://127.0.0.1:")))
):
    refuse("OIDC_SERVER_URL cannot be used. It looks like https://login.microsoftonline.com/TENANT/v2.0.")
if OIDC_SERVER_URL and not (env.str("OIDC_CLIENT_ID", default="") and env.str("OIDC_CLIENT_SECRET", default="")):
    refuse("OIDC_SERVER_URL is set without OIDC_CLIENT_ID and OIDC_CLIENT_SECRET. It needs both.")
OIDC_BUTTON = env.str("OIDC_BUTTON", default="Use my trust account") if OIDC_SERVER_URL else ""
OIDC_ROLES_CLAIM: str = env.str("OIDC_ROLES_CLAIM", default="")
OIDC_ROLES_ORGANISATION: str = env.str("OIDC_ROLES_ORGANISATION", default="")
try:
    OIDC_ROLES: dict[str, str] = env.dict("OIDC_ROLES", default={})  # what the claim says -> our role
except ValueError:
    refuse("OIDC_ROLES cannot be read. It looks like staff-it=it,staff-hr=hr.")
if bool(OIDC_ROLES_CLAIM) != bool(OIDC_ROLES_ORGANISATION):
    refuse("OIDC_ROLES_CLAIM and OIDC_ROLES_ORGANISATION belong together. Set both, or neither.")
SOCIALACCOUNT_ADAPTER = "onboarding.sign_in.trust.TrustAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "mandatory"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "onboarding.sign_in.trust.TrustProvider",
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "trust",
                "name": "Trust account",
                "client_id": env.str("OIDC_CLIENT_ID", default=""),
                "secret": env.str("OIDC_CLIENT_SECRET", default=""),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}

MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
for name, fewest, most in (
    ("SESSION_IDLE_MINUTES", 1, 24 * 60),
    ("SESSION_HOURS", 1, 24 * 7),
    ("MAIL_ACCOUNT_UNUSED_DAYS", 1, 3650),
):
    if not env.str(name, default="1").isdecimal() or not fewest <= env.int(name, default=1) <= most:
        refuse(f"{name} is not a whole number from {fewest} to {most}.")
SESSION_IDLE_MINUTES: int = env.int("SESSION_IDLE_MINUTES", default=30)
SESSION_HOURS: int = env.int("SESSION_HOURS", default=12)
MAIL_ACCOUNT_UNUSED_DAYS: int = env.int("MAIL_ACCOUNT_UNUSED_DAYS", default=30)  # NHSmail's own rule of December 2022
# the row outlives the session (`sign_in.sessions` ends it): so it is known whose text is to be kept
SESSION_COOKIE_AGE = (SESSION_HOURS + 72) * 60 * 60
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
        # the browser looks at every address that a form's press leads to
        "form-action": [SELF, *(["/".join(OIDC_SERVER_URL.split("/")[:3])] if OIDC_SERVER_URL else [])],
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
# how long a backup of the database or the uploads is kept: by then what was erased is nowhere
BACKUP_DAYS: int = env.int("BACKUP_DAYS", default=35)
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
