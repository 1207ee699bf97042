"""A site to read, for every test that asks for one."""

from tests.visitors import made_site, shop, strict_shop

__all__ = ["made_site", "shop", "strict_shop"]
