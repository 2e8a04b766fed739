"""All settings, in one file; what differs between installations comes from environment variables.

With DEMO=1 (as bin/run sets it) a checkout has all it needs. Without it the secret key, the host
names and the database must be named, or the application refuses to start with one sentence.
"""

from pathlib import Path

import environ
from bootstrap_wrapper import get_bootstrap_dir
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
if DEBUG and not DEMO:
    raise ImproperlyConfigured("DEBUG hanya boleh menyala bersama DEMO=1.")


def required(name: str, demo_default: str) -> str:
    """The environment's value; in the demo a default, elsewhere a refusal to start."""
    value = env.str(name, default=demo_default if DEMO else "")
    if not value:
        raise ImproperlyConfigured(
            f"Isi variabel lingkungan {name} sebelum menjalankan aplikasi (atau DEMO=1)."
        )
    return value


VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
SECRET_KEY = required("SECRET_KEY", "")
if not DEMO and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY terlalu pendek: pakai paling sedikit 50 huruf acak.")
ALLOWED_HOSTS = [host.strip() for host in required("ALLOWED_HOSTS", "127.0.0.1,localhost").split(",")]
if not DEMO and any(host == "*" or host.startswith(".") for host in ALLOWED_HOSTS):
    # The first of them is printed on every agreement, and a link that signs somebody in is built from one.
    raise ImproperlyConfigured(
        "Tulis setiap nama host di ALLOWED_HOSTS selengkapnya, tanpa * dan tanpa titik di depan."
    )
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
# Where a printed QR code leads; the first host unless said otherwise.
PUBLIC_ADDRESS = env.str(
    "PUBLIC_ADDRESS", default="http://127.0.0.1:8000" if DEMO else f"https://{ALLOWED_HOSTS[0]}"
).rstrip("/")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "heroicons",
    "csp",
    "allauth",
    "allauth.account",
    "django_tasks",
    "django_tasks_db",
    "perjanjian",
    "records",
    "accounts",
    "agreements",
    "evaluations",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "perjanjian.middleware.BodyLimitMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionAgeMiddleware",
    "accounts.middleware.SignInRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "agreements.middleware.ScopeMiddleware",
]

ROOT_URLCONF = "perjanjian.urls"
WSGI_APPLICATION = "perjanjian.wsgi.application"
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
                "reports.navigation.navigation",
            ],
            "builtins": [
                "crispy_forms.templatetags.crispy_forms_tags",
                "heroicons.templatetags.heroicons",
                "perjanjian.templatetags.numerals",
                "django.templatetags.l10n",
                "django.templatetags.static",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- database -------------------------------------------------------------------------------
DATABASES = {"default": env.db_url_config(required("DATABASE_URL", f"sqlite:///{VAR_DIR / 'db.sqlite3'}"))}
DATABASE = DATABASES["default"]
ON_SQLITE = DATABASE["ENGINE"].endswith("sqlite3")
# One transaction is opened where something is written, not around every page: with SQLite's
# immediate transactions a page that only reads would wait for every writer.
DATABASE["ATOMIC_REQUESTS"] = False
DATABASE["CONN_MAX_AGE"] = 600
DATABASE["CONN_HEALTH_CHECKS"] = True
if ON_SQLITE:
    DATABASE["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
    # A file, not memory: several connections (threads, the browser tests) must see one database.
    DATABASE["TEST"] = {"NAME": env.str("TEST_SQLITE", default=str(VAR_DIR / "test.sqlite3"))}
else:
    # A migration of a large table may need more than a page ever should.
    TIMEOUT_MS = env.int("STATEMENT_TIMEOUT_MS", default=15000)
    DATABASE["OPTIONS"] = {
        **DATABASE.get("OPTIONS", {}),
        "options": f"-c statement_timeout={TIMEOUT_MS} -c lock_timeout=5000 "
        "-c idle_in_transaction_session_timeout=30000",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # In the database: limits on sign-in must be shared by all worker processes.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"}
}

# --- people ---------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.UsernameOrNipBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "reports:home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {"login": "accounts.forms.LoginForm", "change_password": "accounts.forms.ChangePasswordForm"}
# Strict per account and address, generous per address: a whole office may share one. Who fails from many
# addresses meets the limit of the account; from one address alone nobody can keep its owner out.
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "5/15m/key,200/5m/ip",
    "login_failed_anywhere": "30/15m/key",
    "change_password": "10/m/user",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "name", "nip")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.validators.LocalWordsValidator"},
]
# Links are handed over on paper or by message, not mailed: three days, and a new one ends the old.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600

# --- sessions and cookies -------------------------------------------------------------------
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "perjanjian.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
if not DEMO:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if ALLAUTH_TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- files ----------------------------------------------------------------------------------
FILES_DIR = VAR_DIR / "files"
UPLOAD_LIMIT_BYTES = 25 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 40
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_PERMISSIONS = 0o640
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", ("bootstrap", get_bootstrap_dir())]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": env.str(
            "STATIC_STORAGE", default="whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    "jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "tgz", "bz2", "tbz", "xz", "br", "woff", "woff2", "map",
)  # fmt: skip

# --- language, time, numbers ----------------------------------------------------------------
LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Bahasa Indonesia")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Jakarta")
# Switched on, a year prints as 2.026; numbers go through our own filter instead.
USE_THOUSAND_SEPARATOR = False

# --- background work and logs ---------------------------------------------------------------
# What turns an issued agreement into bytes: the documents are a room above agreements.
AGREEMENT_PRINTER = "reports.documents.agreement_pdf"
# The same paper before it is printed, for who lets other processes print it.
AGREEMENT_MANUSCRIPT = "reports.documents.manuscript"
# What says how an agreement fares, for its page: facts are a room above agreements too.
AGREEMENT_RESULT = "evaluations.results.result_of"
# What last year's quarters looked like, and how far the steps of an action plan are, for its pages.
ACTION_PLAN_SHAPES = "evaluations.steps.shapes_of"
ACTION_PLAN_PROGRESS = "evaluations.steps.latest_progress"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
