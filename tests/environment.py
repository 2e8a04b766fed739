"""The settings under test: a demo's environment with a throw-away folder, whatever the shell exports.

pytest reads its settings from here, so a bare `pytest` needs no variables. Only DATABASE_URL is taken
from outside: that is how bin/test runs the same suite on PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile

# Parallel workers inherit what the first process has set, and must not remove it when they end.
if "PYTEST_XDIST_WORKER" not in os.environ:
    folder = tempfile.mkdtemp(prefix="perjanjian-test-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # whitenoise warns of a missing folder of collected files, and warnings are errors here.
    os.mkdir(os.path.join(folder, "static"))
    for name in [
        "ALLOWED_HOSTS",
        "CSRF_TRUSTED_ORIGINS",
        "DEBUG",
        "LOG_LEVEL",
        "PUBLIC_ADDRESS",
        "TIME_ZONE",
    ]:
        os.environ.pop(name, None)
    os.environ.update(
        DEMO="1",
        SECRET_KEY="only-for-tests-" + "0123456789" * 5,
        VAR_DIR=folder,
        # Nothing is collected for a test, so there is no manifest to look names up in.
        STATIC_STORAGE="django.contrib.staticfiles.storage.StaticFilesStorage",
    )

from perjanjian.settings import *
