#!/usr/bin/env python3
"""Writes docs/cli.md, and the README's tables of commands and exit codes, as the program says them.

Usage: docs.py PROGRAM
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"

page = subprocess.run([sys.argv[1], "reference"], check=True, capture_output=True, text=True).stdout
(ROOT / "docs/cli.md").write_text(page, encoding="utf-8")

tables = "\n".join(re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)).replace("](#", "](docs/cli.md#")
between = re.compile(r"(<!-- cli: begin -->\n).*?(<!-- cli: end -->)", re.DOTALL)
readme = between.sub(lambda marks: marks[1] + tables + marks[2], README.read_text(encoding="utf-8"))
README.write_text(readme, encoding="utf-8")
