"""What is said in the demo among the sites of the network, for all of them or for a selection, and in the channel for partners."""

# ruff: noqa: RUF001 - French has its own apostrophe

from typing import Final

from fedirse.demo.saying import Happening, Liked, Said, When
from fedirse.social.audiences.model import AudienceKind

_NETWORK: Final = AudienceKind.NETWORK
_SEGMENT: Final = AudienceKind.SEGMENT

_WINTER: Final[tuple[Happening, ...]] = (
    Said(
        "hiver",
        "siege@siege",
        When(6, "08:00"),
        """\
**Avant tout le monde : la table d’hiver.** Plateau ocre, assiettes de couleur une fois sur deux, verres fumés, deux bougies et pas une \
de plus. Elle entre en vitrine dans trois semaines ; d’ici là, elle reste entre nous. Rien sur vos comptes, rien aux fournisseurs, merci.

La liste des références et les quantités par magasin suivent vendredi. #hiver #vitrine""",
        audience=_NETWORK,
        pictures=(
            (
                "grande-table",
                "Esquisse : une longue table nappée d’ocre devant quatre niches éclairées, cinq assiettes, trois verres, deux bougies.",
            ),
        ),
    ),
    Said(
        "hiver-nantes",
        "solene@nantes",
        When(6, "08:35"),
        "Très beau. Chez nous les niches seront des caisses à vin peintes : on en a seize à la cave. Je tente une photo d’essai demain, "
        "rideau baissé.",
        audience=_NETWORK,
        answers="hiver",
    ),
    Said(
        "hiver-bordeaux",
        "beatrice@bordeaux",
        When(6, "09:10"),
        "Les verres fumés, on les aura en combien de formats ? Aux Chartrons, c’est la première chose qu’on nous demandera.",
        audience=_NETWORK,
        answers="hiver",
    ),
    Said(
        "hiver-reponse",
        "amelie@siege",
        When(6, "09:40"),
        "Trois : eau, vin, et un grand qui sert aussi de photophore. Le prix d’achat est encore en discussion, alors pas un mot dehors.",
        audience=_NETWORK,
        answers="hiver-bordeaux",
    ),
    Liked(("marc@lyon", "maelle@nantes", "mathilde@lille", "theo@bordeaux", "lea@strasbourg"), "hiver", When(6, "12:00")),
)

_WORK: Final[tuple[Happening, ...]] = (
    Said(
        "camion-sud",
        "hugo@siege",
        When(4, "07:45"),
        "**Pour le Sud : le camion passe au jeudi.** Travaux sur l’autoroute jusqu’à la fin du mois, le mardi n’est plus tenable. Lyon "
        "avant 11 h, Bordeaux avant 16 h. Si un jeudi vous pose problème, dites-le ici avant mercredi midi. #logistique",
        audience=_SEGMENT,
        segment="Sud",
    ),
    Said(
        "kit-proxi",
        "amelie@siege",
        When(4, "10:00"),
        "**Magasins Proxi : le kit petite vitrine est prêt.** Quatre couverts, une suspension, une chaise qui dépasse du cadre – merci "
        "Lille pour l’idée. Il tient dans une voiture et se monte à une personne en vingt minutes. Commandez-le avec la prochaine "
        "livraison. #vitrine",
        audience=_SEGMENT,
        segment="Proxi",
        pictures=(
            (
                "petite-vitrine",
                "Une vitrine étroite dans un mur de briques : une table à quatre couverts, une suspension, une chaise à moitié dehors.",
            ),
        ),
    ),
    Said(
        "essai-livraison",
        "nadia@siege",
        When(3, "08:30"),
        "Un essai, pour les petits magasins du Sud seulement : la livraison à vélo dans le quartier, deux mois, payée par le siège. On "
        "en parle de vive voix avant d’en parler plus large.",
        audience=_SEGMENT,
        segment="Sud et Proxi",
    ),
    Said(
        "echange",
        "marc@lyon",
        When(3, "09:20"),
        "Question de caisse, entre nous : un client veut échanger un plat acheté à Nantes, ticket perdu, mais il a sa photo dans la "
        "boutique. Vous faites comment, sans fâcher personne ? #caisse",
        audience=_NETWORK,
    ),
    Said(
        "echange-nantes",
        "yann@nantes",
        When(3, "09:45"),
        "On l’a reconnu sur la photo : c’est moi qui l’ai servi, jeudi, 38 €. Échange sans hésiter, je passe l’écriture ici.",
        audience=_NETWORK,
        answers="echange",
    ),
    Said(
        "echange-strasbourg",
        "antoine@strasbourg",
        When(3, "10:15"),
        "Chez nous : bon d’achat du prix le plus bas de l’année, jamais d’espèces, et on note le modèle. Trois cas en un an, aucun "
        "mécontent.",
        audience=_NETWORK,
        answers="echange",
    ),
    Liked(("sofiane@lille", "theo@bordeaux", "nadia@siege"), "echange-nantes", When(3, "12:00")),
    Said(
        "inventaire",
        "siege@siege",
        When(1, "16:40"),
        """\
L’inventaire tombe le dernier lundi du mois, comme chaque année. Ce qui change : plus de feuilles, plus de nuit blanche.

## Avant

Rangez par référence, pas par taille. Ce qui est cassé part dans le carton rouge et ne se compte pas.

## Le jour même

1. deux personnes, une qui compte et une qui tape ;
2. fermeture à 17 h, panneau à la porte dès le vendredi ;
3. un écart de moins de deux pièces ne se cherche pas.

## Après

Les chiffres de chaque magasin restent dans son magasin et au siège. Ils ne se comparent pas ici. #inventaire""",
        title="L’inventaire en une après-midi",
        audience=_NETWORK,
    ),
)

_CATALOGUE: Final[tuple[Happening, ...]] = (
    Said(
        "catalogue-fumes",
        "catalogue@siege",
        When(5, "10:00"),
        "**Verres et carafes fumés : volumes prévus.** 4 200 verres en trois formats, 600 carafes, deux livraisons. Répondez ici avec vos "
        "délais de recuisson et le conditionnement par six ; le cahier des charges ne change pas.",
        audience=AudienceKind.PARTNERS,
        pictures=(("brume", "Trois carafes à col étroit sur une étagère : une bleue, une grise, une rose."),),
    ),
    Said(
        "catalogue-dates",
        "catalogue@siege",
        When(2, "11:30"),
        "Mise en rayon avancée de huit jours dans tous les magasins. La première livraison est donc attendue le 12 au plus tard. Si ce "
        "n’est pas tenable, dites-le tout de suite : nous décalerons la vitrine, pas le four.",
        audience=AudienceKind.PARTNERS,
    ),
)

INSIDE: Final[tuple[Happening, ...]] = (*_WINTER, *_WORK, *_CATALOGUE)
"""None of it is for anybody outside the network but what is said in the channel, which is for its partners."""
