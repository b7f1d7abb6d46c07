"""The program itself, with all its options: `rongcloud-simulator --help`."""

import os
import sys
from typing import NoReturn

from ._simulator import program


def main() -> NoReturn:
    """Becomes the program."""
    os.execv(program(), ["rongcloud-simulator", *sys.argv[1:]])  # noqa: S606


if __name__ == "__main__":
    main()
