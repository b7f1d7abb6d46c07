"""One way of calling the service from Python, run by the driver.

Usage: `contender.py NAME[:OPERATION] CONCURRENCY URL [CA_FILE]`. Each line on stdin is a number of seconds; the answer
is one line of JSON about the calls that were made meanwhile: starts, or `stop`, `layout`, `query`. Ends with stdin.
Zero seconds are one call by each worker. A name that ends with `-uvloop` is the same on uvloop's event loop.
`contender.py layers 1 URL` prints what the parts of one start cost, and ends.
"""

import importlib
import sys

from window import Target

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
    name, _, operation = name.partition(":")
    if name.endswith("-uvloop"):
        import uvloop

        uvloop.install()
        name = name.removesuffix("-uvloop")
    target = Target(int(concurrency), url, operation or "start", ca_file[0] if ca_file else None)
    importlib.import_module(MODULES[name]).run(target)


if __name__ == "__main__":
    main()
