"""Makes a wheel the one of a platform: its tag, and what is generated into the package."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the package in the folder named by `GENERATED`, with the library or the program in it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tells hatchling."""
        generated = Path(os.environ["GENERATED"])
        (package,) = generated.iterdir()
        (native,) = (file for folder in ("_native/lib*", "_bin/*") for file in package.glob(folder))
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform_of(native)}"
        build_data["force_include"][str(package)] = package.name


def platform_of(native: Path) -> str:
    """The oldest platform that a library or a program runs on: on Linux, that of the newest glibc it asks for."""
    if sys.platform != "linux":
        return sysconfig.get_platform().replace("-", "_").replace(".", "_")
    symbols = subprocess.run(["objdump", "-T", native], check=True, capture_output=True, text=True).stdout
    newest = max(int(minor) for minor in re.findall(r"\(GLIBC_2\.(\d+)(?:\.\d+)?\)", symbols))
    return f"manylinux_2_{newest}_{os.uname().machine}"
