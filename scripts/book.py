#!/usr/bin/env python3
"""What mdBook asks while it builds docs/book: a preprocessor for tabs and pages, and a renderer for llms.txt.

In a chapter, `{{#example NAME}}` becomes the region NAME of every language's tested files, one tab each, and
`{{#example NAME LANGUAGE}}` that of one; `{{#page PATH}}` becomes a page of the repository, with its links turned to
where the book has what they lead to, `{{#section PATH HEADING}}` a section of one, without its heading, and
`{{#picture PATH TEXT}}` an SVG within the page. A note for whoever reads a chapter in the repository is left out.

Usage: book.py supports RENDERER | book.py | book.py llms
"""

import base64
import json
import os
import re
import sys
from pathlib import Path

from shown import NAMES, ROOT, regions

SOURCE = ROOT / "docs/book/src"
EXAMPLE = re.compile(r"^\{\{#example (\w+)(?: (\w+))?\}\}$", re.MULTILINE)
PAGE = re.compile(r"^\{\{#page ([\w./-]+)\}\}$", re.MULTILINE)
SECTION = re.compile(r"^\{\{#section ([\w./-]+) (.+)\}\}$", re.MULTILINE)
PICTURE = re.compile(r"^\{\{#picture ([\w./-]+) (.+)\}\}$", re.MULTILINE)
# How to read what is not shown there: docs/book/README.md.
NOTE = re.compile(r"^> In the repository, .*\n\n", re.MULTILINE)
# Chapters that are there if their pages are: of the decisions all, each under its own heading.
DECISIONS = "decisions.md"
OPTIONAL = {"reference/platforms.md": ("Platforms", "docs/platforms.md")}


def example(mark, code):
    """A region, or the same region of every language as tabs."""
    name, language = mark.groups()
    languages = [language] if language else [it for it in NAMES if name in code[it]]
    blocks = {it: f"```{it}\n{code[it][name]}```\n" for it in languages}
    if not blocks:
        raise SystemExit(f"no language has a region {name}")
    if language:
        return blocks[language].rstrip("\n")
    names = "".join(
        f'<button type="button" role="tab" data-tab="{it}" aria-selected="false">{NAMES[it]}</button>' for it in blocks
    )
    panels = "\n".join(
        f'<div class="tab" role="tabpanel" data-tab="{it}" aria-label="{NAMES[it]}">\n\n{block}\n</div>'
        for it, block in blocks.items()
    )
    return f'<div class="tabs">\n<div class="tab-names" role="tablist">{names}</div>\n{panels}\n</div>'


def outside_code(text, change):
    """Changes what is no code block."""
    parts = re.split(r"(^```.*?^```$)", text, flags=re.DOTALL | re.MULTILINE)
    return "".join(part if part.startswith("```") else change(part) for part in parts)


def section(path, heading):
    """The text under a heading of the second level."""
    parts = re.split(r"^(?=## )", (ROOT / path).read_text(encoding="utf-8"), flags=re.MULTILINE)
    for part in parts:
        title, _, text = part.partition("\n")
        if title == f"## {heading}":
            return text.strip("\n")
    raise SystemExit(f"{path} has no section {heading}")


def picture(mark):
    """An SVG that needs no file beside the page."""
    data = base64.b64encode((ROOT / mark[1]).read_bytes()).decode()
    return f'<img src="data:image/svg+xml;base64,{data}" width="320" alt="{mark[2]}">'


def page(path, chapter, homes, text=None):
    """A page of the repository, or a text of it, as the book has it in a chapter."""
    source = ROOT / path
    text = source.read_text(encoding="utf-8") if text is None else text

    def link(mark):
        shown, target = mark[1], mark[2]
        if re.match(r"\w+:", target) or target.startswith("#"):
            return mark[0]
        file, _, anchor = target.partition("#")
        there = os.path.relpath((source.parent / file).resolve(), ROOT)
        if there not in homes:
            return shown if there.strip("./") in shown or not there.strip("./") else f"{shown} (`{there}`)"
        home = os.path.relpath(homes[there], os.path.dirname(chapter) or ".")
        return f"[{shown}]({home}{'#' + anchor if anchor else ''})"

    def change(part):
        part = re.sub(r"<!-- \w+: (begin|end) -->\n?", "", part)
        return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", link, part)

    return outside_code(text, change)


def homes_of(chapters):
    """Where the book has which page of the repository: by a directive, or because it is one of its own."""
    homes = {}
    for chapter in chapters:
        homes[f"docs/book/src/{chapter['path']}"] = chapter["path"]
        for mark in PAGE.finditer(chapter["content"]):
            homes[mark[1]] = chapter["path"]
    return homes


def each(items):
    """Every chapter, depth first."""
    for item in items:
        if isinstance(item, dict) and "Chapter" in item:
            yield item["Chapter"]
            yield from each(item["Chapter"]["sub_items"])


def added(name, path, content, parent):
    """A chapter that no file stands for."""
    return {
        "Chapter": {
            "name": name,
            "content": content,
            "number": None,
            "sub_items": [],
            "path": path,
            "source_path": None,
            "parent_names": parent,
        }
    }


def preprocess(book):
    """Fills the chapters."""
    items = book.get("items", book.get("sections"))
    for chapter in list(each(items)):
        if chapter["path"] == DECISIONS:
            for file in sorted((ROOT / "docs/adr").glob("0*.md")):
                title = file.read_text(encoding="utf-8").splitlines()[0].lstrip("# ")
                content = f"{{{{#page docs/adr/{file.name}}}}}"
                chapter["sub_items"].append(added(title, f"adr/{file.name}", content, [chapter["name"]]))
        if chapter["path"] == "reference/index.md":
            for path, (name, source) in OPTIONAL.items():
                if (ROOT / source).exists():
                    content = f"{{{{#page {source}}}}}"
                    chapter["sub_items"].append(added(name, path, content, [chapter["name"]]))
    chapters = [chapter for chapter in each(items) if chapter["path"]]
    homes, code = homes_of(chapters), {language: regions(language) for language in NAMES}
    for chapter in chapters:
        path, text = chapter["path"], NOTE.sub("", chapter["content"])
        text = PAGE.sub(lambda mark, path=path: page(mark[1], path, homes), text)
        text = SECTION.sub(lambda mark, path=path: page(mark[1], path, homes, section(mark[1], mark[2])), text)
        chapter["content"] = EXAMPLE.sub(lambda mark: example(mark, code), PICTURE.sub(picture, text))
    return book


def summary(text):
    """The first sentences of a chapter, as a line."""
    prose = re.sub(r"^```.*?^```$|^<div.*?^</div>$", "", text, flags=re.DOTALL | re.MULTILINE)
    paragraphs = re.sub(r"^(#|\||[-*] |<).*$", "", prose, flags=re.MULTILINE)
    first = next((part for part in paragraphs.split("\n\n") if part.strip()), "")
    line = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", " ".join(first.split()))
    return line if len(line) <= 240 else line[: line.rfind(" ", 0, 240)] + " …"


def llms(context):
    """The book as a list for programs that read: each chapter with where it is and what it is about."""
    title, about = context["config"]["book"]["title"], context["config"]["book"]["description"]
    text = f"# {title}\n\n> {about}\n\n"
    book = context["book"]
    for chapter in each(book.get("items", book.get("sections"))):
        if chapter["path"]:
            path = re.sub(r"\.md$", ".html", chapter["path"])
            told = summary(chapter["content"])
            text += f"- [{chapter['name']}]({path}){': ' + told if told else ''}\n"
    Path(context["destination"], "llms.txt").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["supports"]:
        sys.exit(0)
    if sys.argv[1:] == ["llms"]:
        llms(json.load(sys.stdin))
    else:
        _, given = json.load(sys.stdin)
        json.dump(preprocess(given), sys.stdout)
