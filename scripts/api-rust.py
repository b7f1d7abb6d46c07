#!/usr/bin/env python3
"""The public surface of the Rust crate as one text: every item that its documentation lists, without the prose.

Usage: api-rust.py DOCUMENTATION, the crate's folder in cargo doc's output. The text goes to standard output.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

# Traits that the compiler or the standard library gives by itself say nothing about this crate.
ENDS = ("synthetic-implementations", "blanket-implementations")
# Of a trait that is implemented, its name says it all; those of the boundary are for nobody.
TRAITS = "trait-implementations"
HIDDEN = re.compile(r"impl<UT> |impl StructuralPartialEq ")


class Declarations(HTMLParser):
    """The declaration of an item, and the headers of its implementations and methods."""

    def __init__(self):
        super().__init__()
        self.found, self._text, self._depth = [], None, 0
        self._is_of_traits = self._is_over = False

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        classes = (given.get("class") or "").split()
        self._is_over |= given.get("id") in ENDS
        self._is_of_traits |= given.get("id") == TRAITS
        if self._text is not None:
            self._depth += tag not in ("br", "wbr", "img")
        elif not self._is_over and ("item-decl" in classes or "code-header" in classes):
            self._text, self._depth = "", 1

    def handle_endtag(self, tag):
        if self._text is None:
            return
        self._depth -= tag not in ("br", "wbr", "img")
        if self._depth == 0:
            text = re.sub(r"\s+", " ", self._text.replace("\xa0", " ")).strip()
            if not HIDDEN.match(text) and (not self._is_of_traits or text.startswith("impl")):
                self.found.append(text)
            self._text = None

    def handle_data(self, data):
        if self._text is not None:
            self._text += data


def declarations(page):
    """What one page declares, in order."""
    parser = Declarations()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser.found


def main():
    """Prints the surface."""
    folder = Path(sys.argv[1])
    links = re.findall(r'<li><a href="([^"]+)">([^<]+)</a></li>', (folder / "all.html").read_text(encoding="utf-8"))
    for link, name in sorted(links, key=lambda item: item[1]):
        declared = declarations(folder / link)
        if not declared:
            sys.exit(f"{link} declares nothing: this documentation has another form")
        print(f"{name}: {declared[0]}")
        for line in sorted(set(declared[1:])):
            print(f"    {line}")


if __name__ == "__main__":
    main()
