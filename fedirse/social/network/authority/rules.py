"""What a head office may write about a member. Pure."""

from collections.abc import Callable

from fedirse.base import limits
from fedirse.base.errors import InvalidInput
from fedirse.social.network.model import Attribute, Attributes


def check_attributes(attributes: Attributes) -> None:
    """Raises InvalidInput for what others would cut off when they read it."""
    texts = {
        Attribute.REGION: [attributes.region],
        Attribute.CITY: [attributes.city],
        Attribute.BRAND: [attributes.brand],
        Attribute.FORMAT: [attributes.format],
        Attribute.TRADE: attributes.trades,
    }
    for attribute, written in texts.items():
        if any(len(text) > limits.NAME_LENGTH for text in written):
            most = limits.NAME_LENGTH
            raise InvalidInput(
                "An attribute has at most %(most)s characters.", reason="attribute-too-long", field=attribute.value, most=most
            )
    if len(attributes.trades) > limits.TRADES_PER_MEMBER:
        raise InvalidInput(
            "A member has at most %(most)s trades.", reason="too-many-trades", field=Attribute.TRADE.value, most=limits.TRADES_PER_MEMBER
        )


def read_attributes(line: Callable[[str], str]) -> Attributes:
    """The attributes that somebody typed into a form whose fields have their names; checked by `check_attributes`.

    Args:
        line: gives the text of a field.
    """
    return Attributes(
        region=line(Attribute.REGION.value),
        city=line(Attribute.CITY.value),
        brand=line(Attribute.BRAND.value),
        format=line(Attribute.FORMAT.value),
        trades=read_trades(line(Attribute.TRADE.value)),
    )


def read_trades(text: str) -> frozenset[str]:
    """Trades that stand in one text, with `,` or `;` between them."""
    return frozenset(trade.strip() for trade in text.replace(";", ",").split(",")) - {""}


def attribute_texts(attributes: Attributes) -> dict[str, str]:
    """Attributes as the texts of such a form."""
    return {
        Attribute.REGION.value: attributes.region,
        Attribute.CITY.value: attributes.city,
        Attribute.BRAND.value: attributes.brand,
        Attribute.FORMAT.value: attributes.format,
        Attribute.TRADE.value: ", ".join(sorted(attributes.trades)),
    }
