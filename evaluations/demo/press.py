"""Prints the demo's agreements in processes of their own, while the scenes play on.

The workflow gets the very bytes its own printer would make: what is printed is drawn up by it, and it
refuses an issue whose content has changed since.
"""

import os
from collections.abc import Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context

import django
from django.conf import settings
from django.utils.module_loading import import_string

from agreements import signing
from agreements.models import Agreement
from agreements.steps import IssueFacts, Print


class Press:
    """Takes agreements when they are submitted and hands them out printed when they are issued."""

    def __init__(self, workers: Executor | None = None) -> None:
        self.workers = workers
        self.sent: dict[int, tuple[Print, Future[bytes]]] = {}

    def send(self, agreement: Agreement, facts: IssueFacts) -> None:
        """Have an agreement printed that will be issued with these facts; without workers, at once."""
        drawn = signing.drawn_up(agreement, facts)
        printed = import_string(settings.AGREEMENT_MANUSCRIPT)(drawn.content, **drawn.for_printer).printed
        if self.workers:
            paper = self.workers.submit(printed)
        else:
            paper = Future()
            paper.set_result(printed())
        self.sent[agreement.pk] = drawn, paper

    def fetch(self, agreement: Agreement) -> Print:
        """The printed issue; waits for it where it is not ready yet."""
        drawn, paper = self.sent.pop(agreement.pk)
        return replace(drawn, pdf=paper.result())


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


@contextmanager
def press(workers: int) -> Iterator[Press]:
    """A press with so many processes; 0 prints in this one."""
    if not workers:
        yield Press()
        return
    # Spawned, not forked: the connection to the database stays with this process alone.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=django.setup)
    try:
        yield Press(pool)
    finally:
        pool.shutdown(cancel_futures=True)
