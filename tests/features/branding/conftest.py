"""A site to dress."""

from tests.visitors import made_site, shop, strict_shop

__all__ = ["made_site", "shop", "strict_shop"]
