"""People with a profile."""

from tests.visitors import made_site, shop, strict_shop

__all__ = ["made_site", "shop", "strict_shop"]
