"""Queries, CPU time and compressed size of every page, on the demo government and on a larger one.

    .venv/bin/python -m benchmarks.pages [--rounds 30] [--scale 10] [--account organisasi]

Loads the demo into a database of its own in a temporary folder, walks as Bagian Organisasi over every
link, and asks one page of each route again and again: median of process CPU over the rounds, number of
queries, bytes of the page when compressed. With --scale the demo is then made so much larger (10 is the
reference size) and the same addresses are asked again. The first visit counts the page before sign-in
with all its files.
"""

import argparse
import atexit
import gzip
import os
import re
import resource
import shutil
import statistics
import tempfile
import time
from urllib.parse import urldefrag, urljoin, urlsplit

FOLDER = tempfile.mkdtemp(prefix="perjanjian-benchmark-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
os.makedirs(os.path.join(FOLDER, "static"))
os.environ.update(
    DEMO="1",
    SECRET_KEY="only-for-benchmarks-" + "0123456789" * 4,
    VAR_DIR=FOLDER,
    DATABASE_URL=f"sqlite:///{FOLDER}/db.sqlite3",
    DJANGO_SETTINGS_MODULE="perjanjian.settings",
    STATIC_STORAGE="django.contrib.staticfiles.storage.StaticFilesStorage",
)

import django  # noqa: E402

django.setup()

from django.contrib.staticfiles import finders  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import resolve  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from evaluations.demo.scale import enlarge  # noqa: E402

ROUNDS = 30
ACCOUNT = "organisasi"


def pages(client: Client) -> dict[str, str]:
    """One address of each route that shows a page, by the route's name."""
    found: dict[str, str] = {}
    waiting, seen = ["/"], set()
    while waiting:
        address = waiting.pop()
        parts = urlsplit(address)
        if address in seen or parts.netloc or parts.scheme or parts.path.startswith("/static/"):
            continue
        seen.add(address)
        route = resolve(parts.path).view_name
        if route in found:
            continue
        answer = client.get(address, headers={"host": "127.0.0.1"})
        if answer.status_code in (301, 302):
            waiting.append(answer.headers["Location"])
        elif answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            found[route] = address
            links = re.findall(r'href="([^"]+)"', answer.content.decode())
            waiting += [urldefrag(urljoin(parts.path, link)).url for link in links]
    return found


def measure(client: Client, address: str, rounds: int) -> tuple[int, float, int]:
    """Queries, median milliseconds of CPU, compressed bytes."""
    reset_queries()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, headers={"host": "127.0.0.1"})
    asked = len(queries)
    times = []
    for _ in range(rounds):
        began = time.process_time()
        client.get(address, headers={"host": "127.0.0.1"})
        times.append((time.process_time() - began) * 1000)
    return asked, statistics.median(times), len(gzip.compress(answer.content))


def first_visit() -> int:
    """Bytes of the sign-in page and all its files, compressed."""
    html = Client().get("/akun/masuk/", headers={"host": "127.0.0.1"}).content
    size = len(gzip.compress(html))
    for name in set(re.findall(r'(?:src|href)="/static/([^"]+)"', html.decode())):
        with open(finders.find(name), "rb") as handle:
            size += len(gzip.compress(handle.read()))
    return size


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often a page is asked for its median")
    parser.add_argument(
        "--scale", type=int, default=1, help="tenths of the reference size to measure besides"
    )
    parser.add_argument("--account", default=ACCOUNT, help="who looks at the pages")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    began = time.monotonic()
    call_command("demo")
    print(f"demo: {time.monotonic() - began:.1f} s")
    client = Client()
    client.force_login(User.objects.get(username=options.account))
    print(f"first visit: {first_visit():,} bytes compressed")
    found = sorted(pages(client).items())
    columns = [[measure(client, address, options.rounds) for _, address in found]]
    if options.scale > 1:
        began = time.monotonic()
        print(f"demo --scale {options.scale}: {enlarge(timezone.localdate(), options.scale)}")
        print(f"in {time.monotonic() - began:.1f} s, {_peak():.0f} MB at most")
        columns.append([measure(client, address, options.rounds) for _, address in found])
    print(f"{'route':<36}" + f"{'queries':>8}{'ms CPU':>9}{'bytes':>9}" * len(columns))
    for (route, _), *measured in zip(found, *columns, strict=True):
        figures = (f"{queries:>8}{ms:>9.1f}{size:>9}" for queries, ms, size in measured)
        print(f"{route:<36}{''.join(figures)}")


def _peak() -> float:
    """The most memory this process has used, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
