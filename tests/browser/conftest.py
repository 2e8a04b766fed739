"""The browser: Debian's chromium, the application in a thread, and how people sign in."""

import copy
import io
import os
import re
import shutil
from contextlib import contextmanager
from pathlib import Path

import pypdf
import pytest
import time_machine
from django.core.management import call_command

# The browser's driver runs an event loop in this thread; the tests' own queries are synchronous.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
PASSWORD = "kopi-hangat-di-pagi-hari"
HERE = Path(__file__).parent


@contextmanager
def on(day: str):
    """A working day, from nine in the morning in western Indonesia."""
    with time_machine.travel(f"{day} 02:00+00:00", tick=True):
        yield


def text_of(pdf: bytes) -> str:
    """All words of a PDF with single spaces, as a reader sees them."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "id-ID", "viewport": {"width": 1280, "height": 900}}


@pytest.fixture
def quick_passwords(settings):
    """Hashing as in production would take most of the test's time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def passwords(government, quick_passwords):
    for user in vars(government.users).values():
        user.set_password(PASSWORD)
        user.save()


class Person:
    """Someone at a browser: signs in through the page, follows what the page offers."""

    def __init__(self, page, address: str) -> None:
        self.page, self.address = page, address
        # Where things are looked for: the whole page, or a part of it.
        self.place = page
        self.faults: list[str] = []
        page.on("console", lambda m: self.faults.append(m.text) if m.type == "error" else None)
        page.on("response", lambda r: self.faults.append(f"{r.status} {r.url}") if r.status >= 400 else None)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def signs_in(self, username: str) -> "Person":
        self.page.context.clear_cookies()
        self.goes_to("/akun/masuk/")
        self.page.get_by_label("Nama pengguna atau NIP").fill(username)
        self.page.get_by_label("Kata sandi").fill(PASSWORD)
        self.page.get_by_role("button", name="Masuk").click()
        self.page.get_by_role("heading", name="Beranda", level=1).wait_for()
        return self

    def goes_to(self, path: str) -> "Person":
        self.page.goto(self.address + path)
        return self

    def within(self, name: str, role: str = "group", exact: bool = True) -> "Person":
        """The same person, looking at one part of the page only: a row, an article, a section."""
        other = copy.copy(self)
        other.place = self.page.get_by_role(role, name=name, exact=exact)
        return other

    def follows(self, name: str, exact: bool = True) -> "Person":
        self.place.get_by_role("link", name=name, exact=exact).first.click()
        return self

    def presses(self, name: str, exact: bool = True) -> "Person":
        self.place.get_by_role("button", name=name, exact=exact).first.click()
        self.page.wait_for_load_state()
        return self

    def opens(self, text: str) -> "Person":
        """Unfold what is folded."""
        self.place.locator("summary").get_by_text(text).first.click()
        return self

    def fills(self, label: str, text: str, exact: bool = False) -> "Person":
        self.place.get_by_label(label, exact=exact).first.fill(text)
        return self

    def chooses(self, label: str, option: str, exact: bool = False) -> "Person":
        self.place.get_by_label(label, exact=exact).first.select_option(label=option)
        return self

    def ticks(self, label: str) -> "Person":
        self.place.get_by_label(label).first.check()
        return self

    def attaches(self, label: str, path: Path, exact: bool = False) -> "Person":
        self.place.get_by_label(label, exact=exact).first.set_input_files(path)
        return self

    def sees(self, text: str) -> "Person":
        self.place.get_by_text(text).first.wait_for()
        return self

    def misses(self, path: str) -> "Person":
        """What may not be seen is not there."""
        assert self.page.request.get(self.address + path).status == 404
        return self

    def fetches(self, path: str) -> bytes:
        answer = self.page.request.get(self.address + path)
        assert answer.status == 200
        return answer.body()

    def downloads(self, name: str) -> bytes:
        return self.fetches(self.place.get_by_role("link", name=name, exact=True).first.get_attribute("href"))


@pytest.fixture
def person(live_server, page, passwords):
    someone = Person(page, live_server.url)
    yield someone
    assert someone.faults == []


@pytest.fixture
def worker():
    """Does what waits in the queue, as the worker process would, and comes back."""
    return lambda: call_command("db_worker", batch=True, interval=0, no_startup_delay=True, verbosity=0)
