#!/usr/bin/env python3
"""Walks the built book in a real Chromium by WebDriver: every link of every page, every tab, and nothing that fails.

The book is opened as files, so that nothing is asked of any network; what a page would load from elsewhere is a failure.

Usage: walk.py FOLDER
"""

import json
import re
import subprocess
import sys
import urllib.request
from collections import deque
from pathlib import Path
from urllib.parse import unquote, urldefrag

LIMIT_S = 60
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1280,860",
]
# What a page has: where its links lead, its ids, and its tabs with the panels that are seen after each click and key.
LOOK = """
const links = [...document.querySelectorAll("a[href]")].map((link) => link.href);
const ids = [...document.querySelectorAll("[id]")].map((it) => it.id);
const seen = (group) => [...group.querySelectorAll(".tab")].filter((it) => it.checkVisibility()).map((it) => it.dataset.tab);
const wrong = [];
let clicked = 0;
for (const group of document.querySelectorAll(".tabs")) {
  const names = [...group.querySelectorAll("[role=tab]")];
  if (seen(group).length !== 1) wrong.push(`${seen(group)} are seen at first`);
  for (const name of names) {
    name.click();
    clicked += 1;
    const others = [...document.querySelectorAll(".tabs")].filter((it) => it.querySelector(`[data-tab="${name.dataset.tab}"]`));
    for (const other of others) if (String(seen(other)) !== name.dataset.tab) wrong.push(`${name.dataset.tab}: ${seen(other)}`);
    if (name.getAttribute("aria-selected") !== "true") wrong.push(`${name.dataset.tab} is not selected`);
  }
  const last = names[names.length - 1];
  last.focus();
  last.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", bubbles: true }));
  if (String(seen(group)) !== names[0].dataset.tab) wrong.push("the arrow key doesn't go round");
}
const loaded = performance.getEntriesByType("resource").map((it) => it.name);
return { links, ids, wrong, clicked, loaded, title: document.title, text: document.body.innerText.length };
"""


class Browser:
    """A Chromium that is driven by WebDriver: JSON over HTTP, as W3C's recommendation has it."""

    def __init__(self):
        self.driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=subprocess.PIPE, text=True)
        for line in self.driver.stdout:
            if found := re.search(r"successfully on port (\d+)", line):
                self.address = f"http://127.0.0.1:{found[1]}"
                break
        else:
            sys.exit("chromedriver doesn't start")
        wanted = {
            "browserName": "chrome",
            "goog:chromeOptions": {"args": ARGUMENTS},
            "goog:loggingPrefs": {"browser": "ALL"},
        }
        self.session = (
            f"/session/{self.call('POST', '/session', {'capabilities': {'alwaysMatch': wanted}})['sessionId']}"
        )

    def call(self, method, path, body=None):
        """The answer's value."""
        request = urllib.request.Request(
            self.address + path,
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=LIMIT_S) as answer:
            return json.load(answer)["value"]

    def look(self, url):
        """What a page has, and what its console complains about."""
        self.call("POST", f"{self.session}/url", {"url": url})
        found = self.call("POST", f"{self.session}/execute/sync", {"script": LOOK, "args": []})
        log = self.call("POST", f"{self.session}/se/log", {"type": "browser"})
        found["complaints"] = [entry["message"] for entry in log if entry["level"] == "SEVERE"]
        return found

    def quit(self):
        """Ends it, whatever has become of it."""
        try:
            self.call("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait()


def walk(browser, folder):
    """Every page that can be come to from the first one, what is wrong, and how many links and tabs were tried."""
    begin = (folder / "index.html").as_uri()
    home, pages, wrong, waiting, links, tabs = folder.as_uri() + "/", {}, [], deque([begin]), set(), 0
    while waiting:
        url = waiting.popleft()
        if url in pages:
            continue
        page = pages[url] = browser.look(url)
        name, tabs = url.removeprefix(home), tabs + page["clicked"]
        wrong += [f"{name}: {it}" for it in page["wrong"] + page["complaints"]]
        wrong += [f"{name} loads {it}" for it in page["loaded"] if not it.startswith((home, "data:"))]
        if page["text"] < 100:
            wrong.append(f"{name} is empty")
        for link in page["links"]:
            target = urldefrag(link)[0]
            if not link.startswith("file:"):
                continue
            links.add((name, link))
            if not target.startswith(home):
                wrong.append(f"{name} leads out of the book: {link}")
            elif not Path(unquote(target.removeprefix("file://"))).is_file():
                wrong.append(f"{name} leads nowhere: {link.removeprefix(home)}")
            elif target.endswith(".html"):
                waiting.append(target)
    for name, link in sorted(links):
        target, anchor = urldefrag(link)
        if anchor and target in pages and unquote(anchor) not in pages[target]["ids"]:
            wrong.append(f"{name} leads to a place that is not there: {link.removeprefix(home)}")
    listed = {it.as_uri() for it in folder.glob("**/*.html")} - {
        (folder / it).as_uri() for it in ("404.html", "toc.html")
    }
    wrong += [f"nothing leads to {it.removeprefix(home)}" for it in sorted(listed - set(pages))]
    return pages, sorted(set(wrong)), len(links), tabs


def main():
    """Says what is wrong, or what was tried."""
    folder = Path(sys.argv[1]).resolve()
    browser = Browser()
    try:
        pages, wrong, links, tabs = walk(browser, folder)
    finally:
        browser.quit()
    if wrong:
        sys.exit("\n".join(wrong))
    if len(pages) < 20 or not tabs:
        sys.exit(f"only {len(pages)} pages and {tabs} tabs: that is not the book")
    print(f"{len(pages)} pages, {links} links and {tabs} tabs, and nothing is wrong")


if __name__ == "__main__":
    main()
