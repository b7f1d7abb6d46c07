"""Who is compared with whom, how each is run, and what is aimed at."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

OURS = "ours"
# Windows that are thrown away at first: until caches are filled, connections made and code is compiled.
WARMING_SECONDS = {"rust": 0.3, "python": 0.5, "kotlin": 6.0, "swift": 0.3}


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
    # The smallest ratio of throughputs that is aimed at, by peer and concurrency.
    targets: dict[tuple[str, int], float] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """As the tables show it."""
        return f"{self.language.capitalize()} {self.style}".strip()

    @property
    def all(self) -> tuple[Contender, ...]:
        """Ours, then the peers."""
        return (Contender(OURS, self.ours), *self.peers)


def _same(*names: str) -> tuple[Contender, ...]:
    return tuple(Contender(name, name) for name in names)


def groups(languages: list[str]) -> list[Group]:
    """What is compared in the given languages."""
    everything = [
        Group(
            "rust",
            "",
            "ours",
            _same("reqwest", "hyper"),
            (1, 64, 512),
            {
                ("reqwest", 1): 0.95,
                ("reqwest", 64): 0.95,
                ("reqwest", 512): 0.95,
                ("hyper", 1): 0.8,
                ("hyper", 64): 0.55,
            },
        ),
        Group(
            "python",
            "asyncio",
            "ours-async",
            (Contender("aiohttp", "aiohttp"), Contender("httpx", "httpx-async")),
            (1, 64, 512),
            {("aiohttp", 1): 1.0, ("aiohttp", 64): 1.5, ("aiohttp", 512): 1.5},
        ),
        Group(
            "python",
            "threads",
            "ours-blocking",
            (Contender("requests", "requests"), Contender("httpx", "httpx-blocking")),
            (1, 64),
            {("requests", 1): 2.5, ("requests", 64): 3.5},
        ),
        Group(
            "kotlin",
            "",
            "ours",
            _same("java.net.http", "okhttp", "ktor"),
            (1, 64, 512),
            {("java.net.http", 1): 1.0, ("java.net.http", 64): 1.5, ("java.net.http", 512): 1.5},
        ),
        Group(
            "swift",
            "",
            "ours",
            _same("urlsession"),
            (1, 64, 512),
            {("urlsession", 1): 3.0, ("urlsession", 64): 8.0, ("urlsession", 512): 5.0},
        ),
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

    def contender(self, language: str) -> list[str]:
        """A language's program, without arguments."""
        bench = self.build / "bench"
        return {
            "rust": [str(self.target / "release" / "contender")],
            "python": [str(self.python), str(self.repository / "benches" / "python" / "contender.py")],
            # The heap is bounded, because the default grows with the machine's memory.
            "kotlin": ["java", "-Xmx256m", "-jar", str(bench / "kotlin" / "contender.jar")],
            "swift": [
                *(str(self.repository / "scripts" / "swift-toolchain.sh"), "run", str(self.repository)),
                str(bench / "swift" / "release" / "Contender"),
            ],
        }[language]
