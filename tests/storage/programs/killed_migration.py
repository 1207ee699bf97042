"""Upgrades a database with revisions of its own choosing, which may end the whole process.

killed_migration.py DATABASE VERSIONS
"""

import sys
from pathlib import Path

from fedirse.storage.migration import upgrade

if __name__ == "__main__":
    upgrade(Path(sys.argv[1]), Path(sys.argv[2]))
