"""What the seller's products are called, in the languages of the marketplaces."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Naming:
    """How a language names a set of markers; lists of one length in every language.

    The words need characters that ASCII lacks, so that a wrong charset shows.
    """

    pattern: str
    describing: str
    colours: tuple[str, ...]
    tips: tuple[str, ...]


_ENGLISH = Naming(
    pattern="Chalkola® Chalk Markers, {colour}, {tip}, Pack of {pack}",
    describing='Liquid chalk for 1" signs, "café" boards & windows. Set of {pack}.',
    colours=("White", "Neon", "Pastel", "Metallic", "Earth", "Classic", "Gold", "Multicolored"),
    tips=("Extra Fine 1 mm", "Fine 3 mm", "Reversible 6 mm", "Jumbo 15 mm"),
)
_BRITISH = Naming(
    pattern=_ENGLISH.pattern,
    describing=_ENGLISH.describing + " Under £20.",
    colours=(*_ENGLISH.colours[:-1], "Multicoloured"),
    tips=_ENGLISH.tips,
)
_GERMAN = Naming(
    pattern="Chalkola® Kreidestifte, {colour}, {tip}, {pack} Stück",
    describing="Flüssigkreide für Tafeln, Fenster & „Gläser“. {pack} Stück, ab 9 €.",
    colours=("Weiß", "Neon", "Pastelltöne", "Metallisch", "Erdtöne", "Klassisch", "Gold", "Bunt"),
    tips=("Extra dünn 1 mm", "Fein 3 mm", "Drehbar 6 mm", "Übergröße 15 mm"),
)
_FRENCH = Naming(
    pattern="Chalkola® Feutres craie, {colour}, {tip}, lot de {pack}",
    describing="Craie liquide pour ardoise, vitre et « œuvre » à l'école. {pack} pièces.",
    colours=("Blanc", "Fluo", "Pastel", "Métallisé", "Terre", "Classique", "Doré", "Multicolore"),
    tips=("Extra-fine 1 mm", "Fine 3 mm", "Réversible 6 mm", "Géante 15 mm"),
)
_ITALIAN = Naming(
    pattern="Chalkola® Pennarelli gesso, {colour}, {tip}, {pack} pezzi",
    describing="Gesso liquido per lavagne, finestre e menù. È in {pack} pezzi.",
    colours=("Bianco", "Neon", "Pastello", "Metallizzato", "Terra", "Classico", "Oro", "Colori"),
    tips=("Extrafine 1 mm", "Fine 3 mm", "Reversibile 6 mm", "Più grossa 15 mm"),
)
_SPANISH = Naming(
    pattern="Chalkola® Rotuladores de tiza líquida, {colour}, {tip}, {pack} piezas",
    describing="¡Tiza líquida para pizarra, cristal y niños! {pack} piezas.",
    colours=("Blanco", "Neón", "Pastel", "Metálico", "Tierra", "Clásico", "Dorado", "Colores"),
    tips=("Extrafina 1 mm", "Fina 3 mm", "Reversible 6 mm", "Tamaño jumbo 15 mm"),
)
# Circled digits, the full-width tilde and old forms of characters are in cp932, and not in what
# Python calls shift_jis.
_JAPANESE = Naming(
    pattern="Chalkola チョークペン {colour} {tip} {pack}本セット",
    describing="液体チョーク①黒板用②ガラス用 消せる～書ける 髙品質 {pack}本入り",  # noqa: RUF001
    colours=("白", "蛍光", "パステル", "メタリック", "アースカラー", "定番色", "ゴールド", "多色"),
    tips=("極細 1mm", "細字 3mm", "両用 6mm", "極太 15mm"),
)
_BY_LANGUAGE = {
    "en_GB": _BRITISH,
    "en_AU": _BRITISH,
    "de_DE": _GERMAN,
    "fr_FR": _FRENCH,
    "it_IT": _ITALIAN,
    "es_MX": _SPANISH,
    "es_ES": _SPANISH,
    "ja_JP": _JAPANESE,
}


def naming(language: str) -> Naming:
    """The naming of a marketplace's language; English where there is none of its own."""
    return _BY_LANGUAGE.get(language, _ENGLISH)
