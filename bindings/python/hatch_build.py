"""Makes a wheel the one of a platform: its tag, and what is generated into the package; out of an sdist, builds it."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What pip takes a wheel for glibc to be at least, and musl's only version there is.
_OLDEST_GLIBC = 17
_MUSL = "musllinux_1_2"


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds what stands in the folder that `BUILT` names.

    That is a package with the library or a program in it, or a program for the folder `bin`; and bills of materials. In
    an unpacked sdist it is the folder `built`, for which Cargo builds the library out of the sources in `rust`.
    """

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tells hatchling."""
        if self.target_name != "wheel":
            return
        if "BUILT" in os.environ:
            built = Path(os.environ["BUILT"])
            (native,) = (file for folder in ("*/_native/lib*", "*/_bin/*", "bin/*") for file in built.glob(folder))
            platform = platform_of(native)
        else:
            self._temporary = tempfile.TemporaryDirectory()
            built = with_library(Path(self.root), Path(self._temporary.name))
            # For this machine alone.
            platform = sysconfig.get_platform().replace("-", "_").replace(".", "_")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform}"
        for folder in (it for it in built.iterdir() if it.is_dir()):
            if folder.name == "bin":
                build_data["shared_scripts"] |= {str(file): file.name for file in folder.iterdir()}
            else:
                build_data["force_include"][str(folder)] = folder.name
        build_data["sbom_files"] += sorted(str(file) for file in built.glob("*.cdx.json"))

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """The wheel is written."""
        if hasattr(self, "_temporary"):
            self._temporary.cleanup()


def with_library(sdist: Path, temporary: Path) -> Path:
    """What the sdist has built, with the library that Cargo makes of its sources."""
    if not (sdist / "rust").is_dir():
        sys.exit("this is built by `make package-python`, or out of an sdist")
    if not shutil.which("cargo"):
        sys.exit(
            "there is no wheel of rongcloud-recording for this platform: building one needs Rust 1.88 or newer (cargo)"
        )
    target = temporary / "target"
    command = (sdist / "rust/build-command").read_text(encoding="utf-8").split()
    subprocess.run([*command, "--target-dir", str(target)], cwd=sdist / "rust", check=True)
    built = Path(shutil.copytree(sdist / "built", temporary / "built"))
    (package,) = built.glob("*/_native")
    (library,) = (file for file in (target / "release").glob("lib*") if file.suffix in (".so", ".dylib"))
    shutil.copy2(library, package)
    if shutil.which("strip"):
        subprocess.run(["strip", *(["-x"] if sys.platform == "darwin" else []), package / library.name], check=True)
    return built


def platform_of(native: Path) -> str:
    """The oldest platforms that a library or a program runs on: with glibc, by the newest symbol that it asks for."""
    if sys.platform != "linux":
        return sysconfig.get_platform().replace("-", "_").replace(".", "_")
    told = subprocess.run(
        ["readelf", "--wide", "--file-header", "--dynamic", "--version-info", native],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    (machine,) = re.findall(r"Machine:.*\b(X86-64|AArch64)\b", told)
    machine = {"X86-64": "x86_64", "AArch64": "aarch64"}[machine]
    needed = re.findall(r"\(NEEDED\).*\[(.+)\]", told)
    glibc = [int(minor) for minor in re.findall(r"Name: GLIBC_2\.(\d+)", told)]
    if glibc:
        return f"manylinux_2_{max(_OLDEST_GLIBC, *glibc)}_{machine}"
    if needed:
        return f"{_MUSL}_{machine}"
    # Of its own, it needs no C library.
    return f"manylinux_2_{_OLDEST_GLIBC}_{machine}.{_MUSL}_{machine}"
