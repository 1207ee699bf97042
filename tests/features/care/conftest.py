"""A site to look after."""

from tests.visitors import made_site, shop, strict_shop

__all__ = ["made_site", "shop", "strict_shop"]
