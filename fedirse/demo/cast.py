"""Who is in the demo: the owners with their sites, how each site looks, and the people at work there. Brands and people are invented."""

# ruff: noqa: RUF001 - French has its own apostrophe

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from fedirse.base.roles import Role

PASSWORD: Final = "une table pour sept"  # noqa: S105 - printed for whoever tries the demo, on this machine only
"""Everybody's password in the demo."""


@dataclass(frozen=True, slots=True)
class Look:
    """How a site looks.

    Attributes:
        colour: main colour.
        accent: second colour.
        emblem: what the logo shows; one of the drawings of `logos`.
    """

    colour: str
    accent: str
    emblem: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account; `work` is said to whoever starts the demo, and nowhere in it."""

    handle: str
    name: str
    work: str
    answers_for_the_site: bool = False


@dataclass(frozen=True, slots=True)
class CastSite:
    """One site of the demo.

    Attributes:
        key: first label of its domain, handle of its own actor, and its name in `content`.
        name: what people call it.
        description: a sentence or two for its pages.
        look: its brand.
        people: who has an account.
        head_office: whether it speaks for the group.
        in_group: whether it is in the group's network from the start; a partner never is, the newcomer not yet.
    """

    key: str
    name: str
    description: str
    look: Look
    people: tuple[Person, ...]
    head_office: bool = False
    in_group: bool = True


def roles_of(site: CastSite, person: Person) -> tuple[Role, ...]:
    """What somebody of the cast is to their site."""
    if not person.answers_for_the_site:
        return (Role.AUTHOR,)
    speaks = (Role.COMMUNICATOR, Role.NETWORK_OWNER) if site.head_office else ()
    return (Role.ADMINISTRATOR, Role.RESPONSIBLE, *speaks)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who runs a process: its sites lie under one root, and nobody else's do.

    Attributes:
        key: name of the owner's folder.
        title: who that is.
        sites: what runs in the process.
    """

    key: str
    title: str
    sites: tuple[CastSite, ...]


@dataclass(frozen=True, slots=True)
class CastChannel:
    """A partner channel of the head office.

    Attributes:
        handle: its name in addresses.
        name: what people call it.
        about: what partners find in it.
        run_by: handle of who writes in it and lets partners in.
        partners: who follows it, as `handle@site-key`.
    """

    handle: str
    name: str
    about: str
    run_by: str
    partners: tuple[str, ...]


CHANNEL = CastChannel(
    "catalogue",
    "Catalogue Aubrelle",
    "Pour nos fournisseurs : volumes prévus, dates de mise en rayon, cahiers des charges. Sur demande.",
    "nadia",
    ("morvelle@morvelle", "karim@morvelle"),
)

HEAD_OFFICE = CastSite(
    key="siege",
    name="Maison Aubrelle",
    description="Le siège, à Angers : collections, consignes, logistique et animation du réseau des magasins Aubrelle.",
    look=Look("#22384f", "#c9973f", "table"),
    people=(
        Person("nadia", "Nadia Ferrand", "runs the network's daily life", answers_for_the_site=True),
        Person("hugo", "Hugo Lemaire", "logistics"),
        Person("amelie", "Amélie Roussel", "displays and merchandising"),
    ),
    head_office=True,
)
LYON = CastSite(
    key="lyon",
    name="Aubrelle Lyon Presqu’île",
    description="Art de la table et linge de maison, rue des Remparts-d’Ainay. Ouvert du mardi au samedi, et les lundis de fête.",
    look=Look("#8c1c2b", "#e0a526", "lion"),
    people=(
        Person("marc", "Marc Delorme", "store manager", answers_for_the_site=True),
        Person("ines", "Inès Benali", "sales and window displays"),
        Person("paul", "Paul Girod", "stockroom"),
    ),
)
NANTES = CastSite(
    key="nantes",
    name="Aubrelle Nantes Bouffay",
    description="La maison Aubrelle du centre de Nantes : vaisselle, verres, bougies et conseils de table, à deux pas du château.",
    look=Look("#0f6b6b", "#f08a4b", "waves"),
    people=(
        Person("solene", "Solène Le Goff", "store manager", answers_for_the_site=True),
        Person("yann", "Yann Kervella", "sales"),
        Person("maelle", "Maëlle Rousseau", "apprentice, window displays"),
        Person("awa", "Awa Diallo", "sales and wedding lists"),
        Person("loic", "Loïc Tanguy", "stockroom and deliveries"),
    ),
)
LILLE = CastSite(
    key="lille",
    name="Aubrelle Vieux-Lille",
    description="Briques, pavés et belles tables : la boutique Aubrelle de la rue de la Monnaie, ouverte aussi le dimanche matin.",
    look=Look("#5b3a8c", "#f2c14e", "gable"),
    people=(
        Person("mathilde", "Mathilde Vandamme", "store manager", answers_for_the_site=True),
        Person("sofiane", "Sofiane Haddad", "sales"),
    ),
)
BORDEAUX = CastSite(
    key="bordeaux",
    name="Le Comptoir Aubrelle",
    description="Au cœur des Chartrons, à Bordeaux : la table, le vin et ce qui va avec. Franchise familiale depuis deux générations.",
    look=Look("#6b2346", "#7a9a3a", "carafe"),
    people=(
        Person("beatrice", "Béatrice Lafargue", "franchise owner", answers_for_the_site=True),
        Person("theo", "Théo Castaing", "sales and deliveries"),
    ),
)
STRASBOURG = CastSite(
    key="strasbourg",
    name="Aubrelle Krutenau",
    description="Franchise de Strasbourg, quartier de la Krutenau : faïence, linge, et tout ce qu’il faut pour recevoir en hiver.",
    look=Look("#2f6b3c", "#b5442e", "star"),
    people=(
        Person("lea", "Léa Schmitt", "franchise owner", answers_for_the_site=True),
        Person("antoine", "Antoine Wolff", "sales and the till"),
    ),
)
PARTNER = CastSite(
    key="morvelle",
    name="Verrerie Morvelle",
    description="Souffleurs de verre près de Nancy depuis quatre générations. Carafes, verres à pied, luminaires.",
    look=Look("#1379a8", "#f25c54", "glass"),
    people=(
        Person("karim", "Karim Messaoudi", "product manager", answers_for_the_site=True),
        Person("odile", "Odile Grandjean", "head of the workshop"),
    ),
    in_group=False,
)

NEWCOMER = CastSite(
    key="annecy",
    name="Aubrelle Annecy",
    description="Ouverture le mois prochain sous les arcades de la rue Sainte-Claire, à Annecy. L’équipe déballe déjà les cartons.",
    look=Look("#2a5a8a", "#e8b04b", "peak"),
    people=(Person("camille", "Camille Perret", "store manager, opens next month", answers_for_the_site=True),),
    in_group=False,
)
"""Joins while somebody looks."""

OWNERS = (
    Owner("siege", "head office", (HEAD_OFFICE,)),
    Owner("hebergeur", "hosting partner, four stores in one process", (LYON, NANTES, LILLE, NEWCOMER)),
    Owner("bordeaux", "franchise on a machine of its own", (BORDEAUX,)),
    Owner("strasbourg", "franchise on a machine of its own", (STRASBOURG,)),
    Owner("morvelle", "supplier outside the group", (PARTNER,)),
)

SITES = {site.key: site for owner in OWNERS for site in owner.sites}
STORES = tuple(site for site in SITES.values() if site.in_group and not site.head_office)
"""The stores that are in the network from the start."""

GROUP = (HEAD_OFFICE, *STORES)


def owner_of(site_key: str) -> Owner:
    """Who runs that site. Raises KeyError."""
    for owner in OWNERS:
        if any(site.key == site_key for site in owner.sites):
            return owner
    raise KeyError(site_key)


def follows() -> Iterator[tuple[str, str]]:
    """Who follows whom, each as `handle@site-key`.

    The sites of the group follow each other and their supplier, so that a page of one shows the others. Who answers for a site
    follows everybody in the group; the others their colleagues and the head office. The partner follows the head office.
    """
    for site in GROUP:
        yield from ((_itself(site), _itself(other)) for other in GROUP if other is not site)
    yield _itself(HEAD_OFFICE), _itself(PARTNER)
    yield _itself(PARTNER), _itself(HEAD_OFFICE)
    everybody = [(site, person) for site in SITES.values() for person in site.people]
    for site, person in everybody:
        own = f"{person.handle}@{site.key}"
        yield own, _itself(HEAD_OFFICE)
        if site is not HEAD_OFFICE:
            yield own, _itself(site)
        for other_site, other in everybody:
            is_colleague = other_site is site
            is_known = site.in_group and other_site.in_group and person.answers_for_the_site
            if other is not person and (is_colleague or is_known):
                yield own, f"{other.handle}@{other_site.key}"


def _itself(site: CastSite) -> str:
    return f"{site.key}@{site.key}"
