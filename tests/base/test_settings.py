"""The settings of a site, as they are read."""

from pathlib import Path

import pytest

from fedirse.base.errors import ConfigurationError
from fedirse.base.settings import SITE_FILE, load_site_settings

OWN = 'domain = "magasin.example"\nname = "Magasin"\nhandle = "magasin"\n'


def read(folder: Path, more: str) -> str | None:
    (folder / SITE_FILE).write_text(OWN + more)
    return load_site_settings(folder).media_domain


@pytest.mark.parametrize("domain", ["media.magasin.example", "a.b.magasin.example"])
def test_the_host_for_files_lies_below_the_site(tmp_path: Path, domain: str) -> None:
    assert read(tmp_path, f'media_domain = "{domain}"\n') == domain


@pytest.mark.parametrize("domain", ["magasin.example", "media.example", "xmagasin.example", "magasin.example.evil.example"])
def test_a_host_for_files_elsewhere_is_refused_with_what_to_write_instead(tmp_path: Path, domain: str) -> None:
    with pytest.raises(ConfigurationError, match=r"media_domain has to lie below magasin\.example, such as media\.magasin\.example"):
        read(tmp_path, f'media_domain = "{domain}"\n')
