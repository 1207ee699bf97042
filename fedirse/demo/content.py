"""What is said in the demo, in the order in which it is said. A mention is written `@handle@site-key`."""

# ruff: noqa: RUF001 - French has its own apostrophe

from typing import Final

from fedirse.demo.inside import INSIDE
from fedirse.demo.saying import Boosted, Happening, Liked, Said, When
from fedirse.social.audiences.model import AudienceKind

WELCOME = (
    Said(
        "bienvenue",
        "siege@siege",
        When(18, "07:30"),
        """\
Six maisons, une seule enseigne : voici notre réseau. Chaque magasin y est **chez lui**, avec ses couleurs, ses données et ses règles ; \
le siège est un voisin parmi les autres, un peu plus bavard.

## Ce que chacun garde chez soi

Les plannings, les chiffres du jour, ce qui ne regarde que l’équipe. Un message « site » ne quitte jamais le serveur du magasin. Même \
pas pour venir chez nous.

## Ce que nous partageons

- les consignes et les nouveautés, qui arrivent ici au lieu de se perdre dans les boîtes aux lettres ;
- les questions, parce que quelqu’un a souvent déjà eu la réponse ;
- les vitrines, les trucs de marché, les petites victoires du samedi.

## Par où commencer

Présentez votre équipe en deux phrases, puis posez la première question qui vous passe par la tête. Nous répondons toujours dans la \
journée, et vos collègues le feront avant nous.

#bienvenue""",
        title="Bienvenue chez nous, bienvenue chez vous",
    ),
    Said(
        "strasbourg-arrive",
        "lea@strasbourg",
        When(18, "10:20"),
        "Bonjour de la Krutenau ! Franchise depuis onze ans et c’est la première fois que je vois les autres magasins sans prendre le "
        "train.",
        answers="bienvenue",
    ),
    Said(
        "avant-premiere",
        "amelie@siege",
        When(17, "08:10"),
        "Pour les responsables, avant tout le monde : la prochaine grande table sera **ocre et verre fumé**, nappe lavée, aucune "
        "assiette assortie. Dites-moi ce qui coince chez vous avant que la consigne parte demain.",
        audience=AudienceKind.FOLLOWERS,
    ),
    Liked(("marc@lyon", "lea@strasbourg", "mathilde@lille"), "avant-premiere", When(17, "11:00")),
)

WINDOW = (
    Said(
        "consigne-vitrine",
        "siege@siege",
        When(16, "08:00"),
        """\
**Consigne vitrine : la grande table.** À mettre en place avant samedi, ouverture.

1. une seule table, la plus longue que votre vitrine accepte ;
2. nappe *ocre lavé*, jamais repassée, qui tombe à 20 cm du sol ;
3. huit couverts, aucun identique à son voisin ;
4. pas d’étiquette de prix sur la table : un seul chevalet, à gauche de la porte.

La PLV est partie hier, tout tient dans deux cartons. Questions sous ce message, @amelie@siege répond. #consigne #vitrine""",
    ),
    Said(
        "vitrine-etroite",
        "mathilde@lille",
        When(16, "08:50"),
        "Notre vitrine fait 1,10 m de large. Huit couverts n’y entreront pas, même en soufflant. Quatre, ça passe ?",
        answers="consigne-vitrine",
    ),
    Said(
        "vitrine-etroite-reponse",
        "amelie@siege",
        When(16, "09:15"),
        "Quatre, en quinconce, et une chaise qui sort un peu du cadre. Je corrige la fiche pour les petites vitrines, merci "
        "@mathilde@lille.",
        answers="vitrine-etroite",
    ),
    Said(
        "vitrine-lyon",
        "lyon@lyon",
        When(14, "17:10"),
        "La grande table est montée rue des Remparts-d’Ainay. Inès a posé deux tréteaux d’atelier sous le plateau : on voit les pieds, "
        "et tout le monde s’arrête pour regarder dessous. Trois ventes de nappe avant la fermeture. #vitrine",
    ),
    Said(
        "vitrine-lampe",
        "maelle@nantes",
        When(14, "17:40"),
        "Comment vous avez fait pour la suspension ? Chez nous le plafond est en plâtre et je n’ose pas percer.",
        answers="vitrine-lyon",
    ),
    Said(
        "vitrine-lampe-reponse",
        "ines@lyon",
        When(14, "18:02"),
        "Rien dans le plafond ! Une tringle à rideau calée entre les deux montants, le câble passe dessus. 14 € à la quincaillerie d’à "
        "côté.",
        answers="vitrine-lampe",
    ),
    Liked(
        ("nadia@siege", "amelie@siege", "solene@nantes", "mathilde@lille", "beatrice@bordeaux", "lea@strasbourg"),
        "vitrine-lyon",
        When(13, "07:40"),
    ),
    Boosted("siege@siege", "vitrine-lyon", When(13, "07:45")),
)

DELIVERY = (
    Said(
        "retard",
        "nantes@nantes",
        When(15, "08:15"),
        "La livraison annoncée hier matin n’est toujours pas là, et le transporteur ne décroche pas. Est-ce que d’autres magasins "
        "attendent le même camion ? Nous avons deux listes de mariage à remettre samedi. #logistique",
    ),
    Said(
        "retard-bordeaux",
        "theo@bordeaux",
        When(15, "08:35"),
        "Pareil aux Chartrons. En attendant, j’ai prévenu les clients nous-mêmes, avec une photo du modèle et une date prudente : "
        "personne ne s’est plaint. Ce qui fâche, c’est de l’apprendre au comptoir.",
        answers="retard",
    ),
    Said(
        "retard-siege",
        "hugo@siege",
        When(15, "09:05"),
        "Trouvé : une palette bloquée à la plateforme d’Orléans, étiquette illisible. Nantes et Bordeaux sont servis **demain avant 10 "
        "h**, je suis le camion moi-même. Rien à rappeler au transporteur.",
        answers="retard",
    ),
    Said(
        "retard-merci",
        "solene@nantes",
        When(14, "08:40"),
        "Reçu à 9 h 20, complet. Une réponse en cinquante minutes, on n’avait jamais vu ça. Merci @hugo@siege, et @theo@bordeaux pour "
        "l’idée.",
        answers="retard-siege",
    ),
    Liked(("theo@bordeaux", "nadia@siege", "marc@lyon", "sofiane@lille"), "retard-siege", When(14, "09:00")),
    Said(
        "planning",
        "marc@lyon",
        When(13, "07:50"),
        "Samedi, il manque quelqu’un pour l’ouverture : Paul est en formation et je suis au marché. Qui peut arriver à 9 h 15 ? Je "
        "rends l’heure mardi.",
        audience=AudienceKind.SITE,
    ),
    Said(
        "planning-reponse",
        "ines@lyon",
        When(13, "08:30"),
        "Moi, si je peux garder la vitrine pour moi toute la matinée.",
        audience=AudienceKind.SITE,
        answers="planning",
    ),
    Said(
        "marche",
        "bordeaux@bordeaux",
        When(12, "11:20"),
        "Vu ce matin au marché des Chartrons, sans photo parce que le vendeur n’aime pas ça : il range ses verres par *boisson*, pas "
        "par taille. « Pour l’eau », « pour le blanc », « pour quand on ne sait pas ». On a essayé sur une étagère : les gens lisent, "
        "rient, et prennent les trois. #bonneidee",
    ),
    Said(
        "marche-reponse",
        "sofiane@lille",
        When(12, "14:05"),
        "Adopté rue de la Monnaie. Notre étagère « pour quand la belle-mère passe » est vide depuis midi.",
        answers="marche",
    ),
    Liked(("ines@lyon", "yann@nantes", "lea@strasbourg", "nadia@siege", "solene@nantes"), "marche", When(12, "16:00")),
)

EVERY_DAY = (
    Said(
        "anniversaire",
        "nadia@siege",
        When(11, "09:00"),
        "@mathilde@lille, entre nous : les dix ans de la boutique tombent le mois prochain. La direction passerait bien vous faire une "
        "surprise. Quel jour l’équipe est-elle au complet ?",
        audience=AudienceKind.DIRECT,
    ),
    Said(
        "anniversaire-reponse",
        "mathilde@lille",
        When(11, "12:10"),
        "@nadia@siege le jeudi, et je ne dirai rien. Sofiane pleure facilement, prévoyez des mouchoirs.",
        audience=AudienceKind.DIRECT,
        answers="anniversaire",
    ),
    Said(
        "plv",
        "siege@siege",
        When(11, "15:30"),
        "La liste des PLV disponibles est à jour : chevalets, bandeaux de vitrine, kakémonos « table d’hiver ». Rien d’urgent, "
        "commandez avec votre prochaine livraison. #plv",
        quiet=True,
    ),
    Said(
        "carafe",
        "morvelle@morvelle",
        When(10, "09:30"),
        "Sortie du four cette semaine : la carafe *Brume*, un litre, soufflée à la main, col pincé pour couler sans goutte. Six cents "
        "pièces avant la fin du mois, puis on rallume. #verre",
    ),
    Boosted("siege@siege", "carafe", When(10, "10:00")),
    Said(
        "carafe-question",
        "lea@strasbourg",
        When(10, "11:15"),
        "On nous la demande déjà. Elle passe au lave-vaisselle ? C’est la première question, à chaque fois.",
        answers="carafe",
    ),
    Said(
        "carafe-reponse",
        "karim@morvelle",
        When(10, "13:30"),
        "Oui, à 50 °C et pas contre une casserole. Le col n’aime pas les chocs. Une fiche d’entretien part avec chaque carton dès lundi.",
        answers="carafe-question",
    ),
    Said(
        "defi",
        "siege@siege",
        When(9, "08:30"),
        "**Défi du mois : la plus belle petite vitrine.** Moins d’un mètre carré, moins de trente euros de matériel, racontée ici en "
        "cinq lignes. Le jury : vos collègues des autres magasins. À gagner : une journée à l’atelier de la Verrerie Morvelle. #defi "
        "#vitrine",
    ),
    Said(
        "defi-nantes",
        "maelle@nantes",
        When(8, "16:20"),
        "Nantes se lance : une seule assiette, suspendue, qui tourne très lentement. Coût : 11 € de moteur de boule à facettes. Le "
        "soir, son ombre traverse le trottoir et les enfants essaient de marcher dessus.",
        answers="defi",
    ),
    Liked(
        ("ines@lyon", "amelie@siege", "sofiane@lille", "lea@strasbourg", "beatrice@bordeaux", "solene@nantes"),
        "defi-nantes",
        When(8, "17:00"),
    ),
    Said(
        "etagere",
        "lille@lille",
        When(7, "09:45"),
        "L’étagère basse du fond (modèle à crémaillère) a lâché ce matin : la patte gauche s’est ouverte sous le poids des cocottes. "
        "Personne à côté. Si vous avez la même : **pas plus de 20 kg par tablette**, et vérifiez la vis du bas. #securite",
        warning="Incident en magasin, sans blessé",
    ),
    Said(
        "etagere-siege",
        "hugo@siege",
        When(7, "10:25"),
        "Merci d’avoir prévenu tout de suite. Des pattes renforcées partent aujourd’hui pour les cinq magasins. D’ici là, cocottes au sol.",
        answers="etagere",
    ),
)

LATELY = (
    Said(
        "sept-gestes",
        "siege@siege",
        When(5, "08:00"),
        """\
Un carton sur trente arrive avec de la casse. La moitié se joue à la réception, et ne coûte que trois minutes.

## Avant d’ouvrir

Photographiez le carton fermé, étiquette visible. Un coin enfoncé ? Écrivez-le sur le bon **avant** de signer : « sous réserve » seul ne \
vaut rien.

## En ouvrant

1. à plat, jamais debout ;
2. la lame réglée à un demi-centimètre ;
3. les calages restent dans le carton jusqu’au comptage.

## Après

Faites tinter un verre sur six. Un verre fêlé sonne mat. Notez la casse le jour même : passé trois jours, le transporteur ne rembourse plus.

*Fiche relue par Théo (Bordeaux) et Paul (Lyon), qui ont ouvert plus de cartons que nous tous.* #formation #logistique""",
        title="Recevoir une livraison fragile en trois minutes",
    ),
    Said(
        "sept-gestes-reponse",
        "paul@lyon",
        When(5, "09:50"),
        "J’ajoute : un vieux tapis de yoga sous la table d’ouverture. Depuis, zéro pied de verre cassé.",
        answers="sept-gestes",
    ),
    Said(
        "liste-cadeaux",
        "yann@nantes",
        When(1, "09:10"),
        "Une cliente voulait offrir à sa sœur, à Strasbourg, une assiette de la liste ouverte chez nous. J’ai pris la commande, "
        "@antoine@strasbourg l’a préparée, la sœur l’a eue le soir même. Et si toutes les listes étaient visibles dans tous les "
        "magasins ? #boiteaidees",
    ),
    Said(
        "liste-cadeaux-antoine",
        "antoine@strasbourg",
        When(1, "09:40"),
        "Je confirme, et c’était ma vente la plus rapide de la semaine. Partant pour le faire à chaque fois.",
        answers="liste-cadeaux",
    ),
    Said(
        "liste-cadeaux-siege",
        "nadia@siege",
        When(1, "10:30"),
        "Idée notée et **étudiée** : réponse ici avant la fin de la semaine prochaine, avec un oui, un non, ou un essai à deux magasins.",
        answers="liste-cadeaux",
    ),
    Liked(("marc@lyon", "mathilde@lille", "beatrice@bordeaux", "lea@strasbourg", "hugo@siege"), "liste-cadeaux", When(1, "11:00")),
    Said(
        "vitrine-nuit",
        "lea@strasbourg",
        When(1, "17:30"),
        "Nous laissons la vitrine allumée jusqu’à 22 h depuis un mois. Les passants du soir reviennent le samedi : on le sait, on leur "
        "demande. #bonneidee",
    ),
    Said(
        "defi-resultat",
        "siege@siege",
        When(2, "08:10"),
        "**Défi du mois : Nantes l’emporte** avec l’assiette qui tourne, devant la chaise de Lille et le tabouret de Lyon. Bravo "
        "@maelle@nantes : rendez-vous à l’atelier de verre, le souffle est compris. Et merci aux cinq magasins, il y a eu dix-neuf "
        "vitrines racontées. #defi",
    ),
    Liked(
        ("marc@lyon", "yann@nantes", "solene@nantes", "theo@bordeaux", "antoine@strasbourg", "karim@morvelle"),
        "defi-resultat",
        When(2, "09:30"),
    ),
    Said(
        "rappel-bougies",
        "siege@siege",
        When(2, "14:40"),
        "**À retirer de la vente dès maintenant : bougie *Fenil*, lot 0417.** La mèche est trop longue et noircit le verre. Retirez, "
        "comptez, gardez en réserve ; les autres lots ne sont pas concernés. Dites « fait » et le nombre sous ce message. #consigne "
        "#rappel",
    ),
    Said("rappel-lyon", "marc@lyon", When(2, "14:52"), "Fait. 14 bougies, en réserve.", answers="rappel-bougies"),
    Said(
        "rappel-strasbourg",
        "antoine@strasbourg",
        When(2, "14:58"),
        "Fait, 9. Deux clientes prévenues par téléphone.",
        answers="rappel-bougies",
    ),
)

YESTERDAY = (
    Said(
        "vitrine-matin",
        "ines@lyon",
        When(1, "16:20"),
        "Ce matin, une dame est restée dix minutes devant la grande table sans entrer. Je suis sortie avec un café. Elle est repartie "
        "avec la nappe, quatre assiettes et mon prénom.",
    ),
    Said(
        "verres",
        "beatrice@bordeaux",
        When(1, "12:15"),
        "Dégustation samedi avec le caviste d’en face : il sert, nous prêtons les verres, et les gens repartent avec celui qu’ils ont "
        "préféré. L’an dernier, cent douze verres en une soirée. #bonneidee",
    ),
    Said(
        "livre-d-or",
        "sofiane@lille",
        When(1, "15:20"),
        "Lu dans le livre d’or, écriture d’enfant : « J’ai cassé une tasse et le monsieur a dit que c’était le bruit de la chance. » "
        "Je confirme.",
    ),
    Said(
        "ouverture",
        "annecy@annecy",
        When(1, "08:20"),
        "La vitrine de la rue Sainte-Claire est encore sous papier kraft, mais un enfant y a fait un trou : il regarde si la table avance. "
        "Elle avance. Ouverture le mois prochain. #ouverture",
    ),
    Said(
        "annecy-cartons",
        "camille@annecy",
        When(1, "10:05"),
        "Quarante-deux cartons reçus, un seul verre cassé : le mien, au déjeuner.",
    ),
    Said(
        "four",
        "odile@morvelle",
        When(1, "13:00"),
        "Le four est rallumé. Première cueillée à six heures ce matin, trente carafes *Brume* à la recuisson ce soir. Visite de "
        "l’atelier le premier samedi du mois, chaussures fermées obligatoires.",
    ),
)

HAPPENINGS: Final[tuple[Happening, ...]] = tuple(
    sorted((*WELCOME, *WINDOW, *DELIVERY, *EVERY_DAY, *LATELY, *YESTERDAY, *INSIDE), key=lambda one: (-one.when.days_ago, one.when.clock))
)
"""Everything, oldest first."""

SAID: Final = {one.key: one for one in HAPPENINGS if isinstance(one, Said)}
"""The posts by their keys."""
