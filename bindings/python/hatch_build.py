"""Makes the wheel the one of a platform: its tag, and what is generated into the package."""

import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the folder named by `GENERATED`: a package with the library in it."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tells hatchling."""
        generated = Path(os.environ["GENERATED"])
        (library,) = generated.glob("rongcloud_recording/_native/lib*")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform_of(library)}"
        build_data["force_include"][str(generated / "rongcloud_recording")] = "rongcloud_recording"


def platform_of(library: Path) -> str:
    """The oldest platform that the library runs on: on Linux, that of the newest glibc it asks for."""
    if sys.platform != "linux":
        return sysconfig.get_platform().replace("-", "_").replace(".", "_")
    symbols = subprocess.run(["objdump", "-T", library], check=True, capture_output=True, text=True).stdout
    newest = max(int(minor) for minor in re.findall(r"\(GLIBC_2\.(\d+)(?:\.\d+)?\)", symbols))
    return f"manylinux_2_{newest}_{os.uname().machine}"
