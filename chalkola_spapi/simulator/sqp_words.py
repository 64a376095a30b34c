"""What people type who look for chalk markers, in the languages of the marketplaces."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Words that make queries, the most searched first.

    The patterns say how a language joins them: "{word} {noun}" or "{noun} {word}".
    """

    nouns: tuple[str, ...]
    kinds: tuple[str, ...]
    uses: tuple[str, ...]
    kind_pattern: str
    use_pattern: str = "{noun} {word}"

    def queries(self) -> tuple[str, ...]:
        """All queries once, roughly by how much they are searched."""
        heads = list(self.nouns)
        pairs = [
            pattern.format(noun=noun, word=word)
            for words, pattern in ((self.kinds, self.kind_pattern), (self.uses, self.use_pattern))
            for noun in self.nouns
            for word in words
        ]
        return tuple(dict.fromkeys(heads + pairs))


_ENGLISH = Words(
    nouns=(
        "chalk markers",
        "liquid chalk markers",
        "chalk pens",
        "window markers",
        "chalkboard markers",
        "chalk paint pens",
        "glass markers",
        "chalk ink markers",
        "erasable chalk pens",
    ),
    kinds=(
        "white",
        "colored",
        "fine tip",
        "washable",
        "neon",
        "pastel",
        "metallic",
        "gold",
        "jumbo",
        "dual tip",
        "dustless",
        "bright",
    ),
    uses=(
        "for blackboard",
        "for car windows",
        "for kids",
        "for glass",
        "for cafe menu board",
        "for mirrors",
        "set of 10",
        "for signs",
        "for teachers",
        "erasable wet wipe",
        "for wedding sign",
    ),
    kind_pattern="{word} {noun}",
)

_GERMAN = Words(
    nouns=(
        "kreidestifte",
        "kreidemarker",
        "flüssigkreide stifte",
        "fenstermalstifte",
        "tafelstifte",
        "glasmarker",
        "kreidestifte abwischbar",
        "fensterstifte",
    ),
    kinds=(
        "weiß",
        "bunt",
        "fein",
        "abwaschbar",
        "neon",
        "pastell",
        "metallic",
        "gold",
        "dick",
        "schwarz",
        "breit",
        "extra dünn",
    ),
    uses=(
        "für tafel",
        "für fenster",
        "für kinder",
        "für glas",
        "für autoscheiben",
        "für spiegel",
        "10er set",
        "für hochzeit",
        "für tafelfolie",
        "für kräuterschilder",
        "wasserlöslich",
    ),
    kind_pattern="{noun} {word}",
)

_FRENCH = Words(
    nouns=(
        "feutre craie",
        "marqueur craie",
        "craie liquide",
        "feutre vitre",
        "marqueur ardoise",
        "stylo craie",
        "feutre tableau noir",
        "marqueur vitre effaçable",
    ),
    kinds=(
        "blanc",
        "couleur",
        "pointe fine",
        "effaçable",
        "fluo",
        "pastel",
        "métallisé",
        "doré",
        "pointe large",
        "lavable",
        "noir",
        "pointe biseautée",
    ),
    uses=(
        "pour ardoise",
        "pour fenêtre",
        "pour enfant",
        "pour verre",
        "pour voiture",
        "pour miroir",
        "lot de 10",
        "pour restaurant",
        "pour mariage",
        "pour école",
    ),
    kind_pattern="{noun} {word}",
)

_ITALIAN = Words(
    nouns=(
        "pennarelli gesso liquido",
        "gessetti liquidi",
        "pennarelli lavagna nera",
        "pennarelli per vetri",
        "penne gesso",
        "marcatori gesso",
        "pennarelli a gesso cancellabili",
        "pennarelli finestra",
    ),
    kinds=(
        "bianco",
        "colorati",
        "punta fine",
        "lavabili",
        "fluorescenti",
        "pastello",
        "metallizzati",
        "oro",
        "punta grossa",
        "neri",
        "doppia punta",
        "atossici",
    ),
    uses=(
        "per lavagna",
        "per finestre",
        "per bambini",
        "per vetro",
        "per auto",
        "per specchio",
        "set 10 pezzi",
        "per ristorante",
        "per matrimonio",
        "per scuola",
        "per menù",
    ),
    kind_pattern="{noun} {word}",
)

_SPANISH = Words(
    nouns=(
        "rotuladores de tiza",
        "tiza líquida",
        "marcadores de tiza",
        "rotuladores pizarra negra",
        "rotuladores para cristal",
        "plumones de gis",
        "marcadores de gis líquido",
        "rotuladores ventana",
    ),
    kinds=(
        "blanco",
        "colores",
        "punta fina",
        "lavables",
        "neón",
        "pastel",
        "metálicos",
        "dorado",
        "punta gruesa",
        "borrables",
        "negro",
        "doble punta",
    ),
    uses=(
        "para pizarra",
        "para ventanas",
        "para niños",
        "para vidrio",
        "para coche",
        "para espejo",
        "juego de 10",
        "para restaurante",
        "para boda",
        "para el colegio",
        "para menú",
    ),
    kind_pattern="{noun} {word}",
)

_JAPANESE = Words(
    nouns=(
        "チョークペン",
        "チョークマーカー",
        "ブラックボードマーカー",
        "液体チョーク",
        "黒板 ペン",
        "ガラス ペン 消せる",
        "ウィンドウマーカー",
        "ブラックボード ペン",
    ),
    kinds=(
        "白",
        "カラー",
        "細字",
        "水性",
        "蛍光",
        "パステル",
        "メタリック",
        "ゴールド",
        "太字",
        "消せる",
        "黒",
        "極細",
    ),
    uses=(
        "黒板用",
        "窓ガラス用",
        "子供用",
        "ガラス用",
        "車用",
        "鏡用",
        "10色セット",
        "カフェ看板",
        "結婚式",
        "学校",
        "メニューボード",
    ),
    kind_pattern="{noun} {word}",
)

_ARABIC = Words(
    nouns=("أقلام طباشير", "أقلام طباشير سائلة", "أقلام سبورة سوداء", "أقلام زجاج"),
    kinds=("بيضاء", "ملونة", "قابلة للمسح", "ذهبية"),
    uses=("للأطفال", "للنوافذ", "للمدرسة", "للمطاعم"),
    kind_pattern="{noun} {word}",
)


def queries_in(language: str) -> tuple[str, ...]:
    """The queries of a marketplace's language (en_US, de_DE, ...), the most searched first."""
    if language == "en_AE":
        return _ENGLISH.queries() + _ARABIC.queries()
    if language in {"en_GB", "en_AU"}:
        return tuple(query.replace("colored", "coloured") for query in _ENGLISH.queries())
    by_code = {
        "en": _ENGLISH,
        "de": _GERMAN,
        "fr": _FRENCH,
        "it": _ITALIAN,
        "es": _SPANISH,
        "ja": _JAPANESE,
    }
    return by_code[language[:2]].queries()
