"""Walks over the links of the pages, as somebody who clicks each once."""

import re
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from django.urls import resolve

# Whole words only: a hash may well hold the letters of one.
WORD = re.compile(r"(?<!\w)[A-Za-z]+(?!\w)")


class Page(HTMLParser):
    """Links and visible words of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.words: list[str] = []
        self.hidden = 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.links.append(values["href"])
        if tag in ("script", "style"):
            self.hidden += 1
        for name in ("placeholder", "title", "aria-label", "alt"):
            self.words += WORD.findall(values.get(name) or "")

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self.hidden -= 1

    def handle_data(self, data):
        if not self.hidden:
            self.words += WORD.findall(data)

    def addresses(self, path: str) -> list[str]:
        """Where its links lead, seen from the page's own path."""
        return [urldefrag(urljoin(path, link)).url for link in self.links]


def is_ours(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.netloc and parts.scheme in ("", "http")


def pages(client) -> dict[str, str]:
    """One address of each route that shows a page, by the route's name."""
    found: dict[str, str] = {}
    waiting, seen = ["/"], set()
    while waiting:
        address = waiting.pop()
        path = urlsplit(address).path
        if address in seen or not is_ours(address):
            continue
        seen.add(address)
        route = resolve(path).view_name
        if route in found:
            continue
        answer = client.get(address)
        if answer.status_code in (301, 302):
            waiting.append(answer.headers["Location"])
        elif answer.status_code == 200 and "html" in answer.headers["Content-Type"]:
            found[route] = address
            waiting += Page(answer.content.decode()).addresses(path)
    return found
