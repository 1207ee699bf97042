"""What the head office announces in the demo, and what its sites and people have done about it by now: one of each state."""

# ruff: noqa: RUF001 - French has its own apostrophe

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from fedirse.features.announcements.model import Asked, Priority
from fedirse.social.audiences.model import AudienceKind


@dataclass(frozen=True, slots=True, order=True)
class Ago:
    """How long ago, whatever day that was: a board says how late something came, and a demo is filled within a minute."""

    hours: float

    def before(self, now: datetime) -> datetime:
        """The instant meant, seen from `now`."""
        return now - timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True)
class Announced:
    """An announcement of the head office.

    Attributes:
        key: name by which others refer to it.
        when: how long ago.
        title: its title.
        text: Markdown.
        priority: how much it matters.
        asked: who is asked to confirm it.
        within: hours that sites have to confirm it; None for no date.
        counts_for: hours after which it is over; None for never.
        audience: which sites it is for.
        segment: name of the selection of sites, for the audience SEGMENT.
        pictures: drawings that go with it, and what each shows in words.
    """

    key: str
    when: Ago
    title: str
    text: str
    priority: Priority = Priority.INFO
    asked: Asked = Asked.NOBODY
    within: float | None = None
    counts_for: float | None = None
    audience: AudienceKind = AudienceKind.NETWORK
    segment: str = ""
    pictures: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Changed:
    """A later version of one, which asks those who have confirmed it once more."""

    announced: str
    when: Ago
    text: str


@dataclass(frozen=True, slots=True)
class Looked:
    """Some people have one before their eyes, and leave it at that; each is `handle@site-key`."""

    by: tuple[str, ...]
    announced: str
    when: Ago


@dataclass(frozen=True, slots=True)
class Understood:
    """Some people say that they have read and understood it."""

    by: tuple[str, ...]
    announced: str
    when: Ago


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Whoever answers for a site confirms it for the site."""

    by: str
    announced: str
    when: Ago


Deed = Announced | Changed | Looked | Understood | Confirmed

_TRAINING: Final[tuple[Deed, ...]] = (
    Announced(
        "caisse",
        Ago(75),
        "Magasins Proxi : une heure pour la nouvelle caisse",
        "La formation tient en une heure, à distance, avant l’ouverture. Choisissez votre créneau et dites-le à Hugo ; sans réponse, "
        "c’est mardi 8 h 30. Les bons d’achat et les échanges entre magasins sont au programme.",
        priority=Priority.IMPORTANT,
        asked=Asked.RESPONSIBLE,
        within=48,
        counts_for=72,
        audience=AudienceKind.SEGMENT,
        segment="Proxi",
    ),
    Confirmed("mathilde@lille", "caisse", Ago(70)),
    Confirmed("lea@strasbourg", "caisse", Ago(52)),
)
"""Over by now; Bordeaux never answered."""

_CONCEPT: Final[tuple[Deed, ...]] = (
    Announced(
        "concept",
        Ago(20),
        "Nouveau concept de vitrine : la table qui déborde",
        """\
La vitrine d’hiver sort de son cadre : la table traverse la vitre, une moitié dedans, l’autre en trompe-l’œil sur le trottoir.

1. le plateau arrive en trois pièces, avec la livraison de jeudi ;
2. nappe ocre, verres fumés, deux bougies, rien d’autre ;
3. l’adhésif de sol se pose à sec, la veille de l’ouverture.

Le plan de montage est par format de magasin. Confirmez que vous l’avez reçu et que votre sol s’y prête.""",
        priority=Priority.IMPORTANT,
        asked=Asked.RESPONSIBLE,
        within=96,
        pictures=(
            (
                "grande-table",
                "Esquisse : une longue table nappée d’ocre devant quatre niches éclairées, cinq assiettes, trois verres, deux bougies.",
            ),
        ),
    ),
    Looked(("ines@lyon", "theo@bordeaux"), "concept", Ago(19)),
    Confirmed("marc@lyon", "concept", Ago(18)),
    Confirmed("mathilde@lille", "concept", Ago(17)),
    Changed(
        "concept",
        Ago(10),
        """\
La vitrine d’hiver sort de son cadre : la table traverse la vitre, une moitié dedans, l’autre en trompe-l’œil sur le trottoir.

**Ce qui change :** pas d’adhésif sur les pavés, il ne tient pas. Les magasins de Lille et de Strasbourg reçoivent un tapis à la place.

1. le plateau arrive en trois pièces, avec la livraison de jeudi ;
2. nappe ocre, verres fumés, deux bougies, rien d’autre ;
3. l’adhésif se pose à sec, la veille ; le tapis se déroule, et se rentre le soir.

Le plan de montage est par format de magasin. Confirmez que vous l’avez reçu et que votre sol s’y prête.""",
    ),
    Confirmed("solene@nantes", "concept", Ago(9)),
    Confirmed("mathilde@lille", "concept", Ago(8)),
)
"""Changed once: Lyon confirmed the first version only."""

_RESULTS: Final[tuple[Deed, ...]] = (
    Announced(
        "resultats",
        Ago(7),
        "Les résultats du trimestre, et merci",
        "Le réseau fait **+4,2 %** à magasins comparables, et les listes de mariage +11 %. La grande table y est pour beaucoup : là où "
        "elle est montée, une cliente sur trois entre. Le détail par magasin est chez chaque responsable, et nulle part ailleurs.",
    ),
    Looked(("marc@lyon", "paul@lyon", "yann@nantes", "awa@nantes", "lea@strasbourg"), "resultats", Ago(6)),
)
"""To be read, and that is all."""

_RECALL: Final[tuple[Deed, ...]] = (
    Announced(
        "rappel",
        Ago(5),
        "Rappel produit : plat à four Terrane, lot 4821",
        """\
**À retirer des rayons et de la vitrine tout de suite** : le plat à four *Terrane*, 32 cm, lot 4821 (sous le plat, à gauche du \
logo). L’émail peut éclater à la cuisson ; deux clientes l’ont signalé, personne n’est blessé.

1. retirez, comptez, rangez en réserve avec une étiquette « rappel » ;
2. affichez la note en caisse ;
3. remboursez sans ticket, en bon ou en carte, et notez le nom si la cliente le veut bien.

Les autres lots ne sont pas concernés.""",
        priority=Priority.URGENT,
        asked=Asked.EVERYONE,
        within=29,
    ),
    Looked(("paul@lyon", "theo@bordeaux", "loic@nantes", "amelie@siege"), "rappel", Ago(4.5)),
    Understood(("yann@nantes", "awa@nantes", "maelle@nantes", "sofiane@lille", "hugo@siege"), "rappel", Ago(4)),
    Confirmed("solene@nantes", "rappel", Ago(3.5)),
    Confirmed("lea@strasbourg", "rappel", Ago(3)),
    Understood(("antoine@strasbourg",), "rappel", Ago(2)),
)
"""Urgent, for everybody; Lyon, Lille and Bordeaux have yet to confirm it."""

DEEDS: Final[tuple[Deed, ...]] = (*_TRAINING, *_CONCEPT, *_RESULTS, *_RECALL)
"""Everything, oldest announcement first; what was done about each of them follows it."""

ANNOUNCED: Final = {one.key: one for one in DEEDS if isinstance(one, Announced)}
"""The announcements by their keys."""
