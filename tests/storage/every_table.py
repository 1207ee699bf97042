"""Every table of fedirse, for the tests of the migrations and for scripts/new-migration."""

import importlib
import pkgutil

from sqlalchemy import MetaData

import fedirse
from fedirse.storage.columns import metadata


def every_table() -> MetaData:
    """The shared metadata, after importing every module that may define a table: those of storage, and those named store."""
    for module in pkgutil.walk_packages(fedirse.__path__, "fedirse."):
        if module.name.startswith("fedirse.storage.") or module.name.endswith(".store"):
            importlib.import_module(module.name)
    return metadata
