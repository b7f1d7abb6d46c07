"""Makes the wheel the one of a platform: its tag, and the program that the variable `PROGRAM` names."""

import os
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.append(str(Path(__file__).resolve().parents[2] / "bindings/python"))
from hatch_build import platform_of


class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the program as what pip puts beside Python."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tells hatchling."""
        program = Path(os.environ["PROGRAM"])
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform_of(program)}"
        build_data["shared_scripts"][str(program)] = program.name
