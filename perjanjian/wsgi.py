"""The entry point of the application server."""

import os

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perjanjian.settings")
application = get_wsgi_application()
# Loading the printer takes most of a second: before the first request, once for all workers (preload).
import_string("reports.pdf.warm_up")()
