"""Runs the application and its worker side by side until one is told to stop.

Called by bin/run with the port; the environment is ready. Standard library only, so it starts at once.
"""

import ctypes
import http.client
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

HOST = "127.0.0.1"
STARTS_WITHIN = 60  # seconds until the application must answer
ENDS_WITHIN = 20  # seconds a child may take to finish what it is doing
LONGEST_PAUSE = 30  # seconds between two attempts to start a worker that keeps ending
PR_SET_PDEATHSIG = 1


class Stop(Exception):
    """Somebody pressed Ctrl-C or asked the process to end."""


def stop(signum: int, frame: FrameType | None) -> None:
    # One request is enough: a second one must not interrupt the orderly end.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    raise Stop


def end_with_parent() -> None:
    """In the child: end when this process is killed, so no server is left behind on the port."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(*arguments: str) -> subprocess.Popen[bytes]:
    # Own session: Ctrl-C reaches only this process, which then ends its children in order.
    return subprocess.Popen(
        [sys.executable, *arguments],
        start_new_session=True,
        preexec_fn=end_with_parent,
    )


def start_application(port: int) -> subprocess.Popen[bytes]:
    # Preloaded: WeasyPrint is imported once, before the workers are forked.
    options = f"--bind {HOST}:{port} --workers 2 --threads 4 --preload --timeout 120 --log-level warning"
    return start("-m", "gunicorn", *options.split(), "perjanjian.wsgi")


def start_worker() -> subprocess.Popen[bytes]:
    return start("manage.py", "db_worker", "--queue-name", "*", "--no-startup-delay", "--no-reload")


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=30)
    try:
        connection.request("HEAD", "/")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def wait_until_it_answers(application: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < deadline and application.poll() is None:
        if answers(port):
            return True
        time.sleep(0.1)
    return False


def greet(port: int) -> None:
    print(f"\nAplikasi berjalan di http://{HOST}:{port}/   (Ctrl-C untuk berhenti)")
    accounts = Path("var/accounts.txt").read_text(encoding="utf-8").strip()
    print(f"\nAkun contoh:\n{accounts}\n", flush=True)


def end(children: list[subprocess.Popen[bytes]]) -> None:
    for child in children:
        child.terminate()
    deadline = time.monotonic() + ENDS_WITHIN
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def watch(application: subprocess.Popen[bytes], children: list[subprocess.Popen[bytes]]) -> None:
    """Start the worker again whenever it ends; return when the application has ended."""
    pause, started = 1, time.monotonic()
    while application.poll() is None:
        time.sleep(0.5)
        if children[1].poll() is None:
            continue
        # A worker that ran for a while gets a quick restart; one that fails at once is not hurried.
        pause = 1 if time.monotonic() - started > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
        print(f"Pekerja latar berhenti; dijalankan lagi dalam {pause} detik.", file=sys.stderr, flush=True)
        time.sleep(pause)
        children[1], started = start_worker(), time.monotonic()


def main(port: int) -> int:
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, stop)
    children: list[subprocess.Popen[bytes]] = []
    try:
        children += [start_application(port), start_worker()]
        if wait_until_it_answers(children[0], port):
            greet(port)
            watch(children[0], children)
        print("Aplikasi berhenti karena galat; lihat pesan di atas.", file=sys.stderr)
        return 1
    except Stop:
        print("\nMenghentikan aplikasi …", flush=True)
        return 0
    finally:
        end(children)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
