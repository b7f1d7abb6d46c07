"""One way of starting recordings from Python, run by the driver.

Usage: `contender.py NAME CONCURRENCY URL [CA_FILE]`. Each line on stdin is a number of seconds; the answer is one line
of JSON about the starts that were made meanwhile. Ends with stdin. Zero seconds are one start by each worker.
`contender.py layers 1 URL` prints what the parts of one start cost, and ends.
"""

import importlib
import sys

# Only the module of the contender that runs is imported, so that start-up times are its own.
MODULES = {
    "ours-async": "ours_async",
    "aiohttp": "by_aiohttp",
    "httpx-async": "by_httpx_async",
    "ours-blocking": "ours_blocking",
    "requests": "by_requests",
    "httpx-blocking": "by_httpx_blocking",
    "layers": "layers",
}


def main() -> None:
    """Runs the contender."""
    name, concurrency, url, *ca_file = sys.argv[1:]
    importlib.import_module(MODULES[name]).run(int(concurrency), url, ca_file[0] if ca_file else None)


if __name__ == "__main__":
    main()
