"""Language (kk, ru, mixed, en, other) and script (cyrl, latn) of a text, by heuristics."""

import re
from dataclasses import dataclass
from typing import Literal

from hotline.language.normalise import Normalised, fold

Language = Literal["kk", "ru", "mixed", "en", "other"]
Script = Literal["cyrl", "latn"]

_READ = 400  # words that are looked at; more would not change the answer
_SHARE = 0.17  # of the weaker language, from which on a text is mixed
_ENOUGH = 0.34  # of the words that must be English

_KAZAKH_LETTERS = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_CYRILLIC = re.compile("[\u0400-\u04ff]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f\u0259]")


def _folded(words: str) -> frozenset[str]:
    return frozenset(fold(word) for word in words.split())


_KAZAKH = _folded(
    """
    мен сен ол біз сіз олар мені маған менің сені оны оған бізді бізге бар жоқ емес
    ма ме ба бе па пе да де та те және бірақ үшін қалай қайда қашан не неге ким ким
    мына бул осы сол ана акем шешем балам балама баламды бала балалар кызым улым
    керек қажет болды болып болса болар жатыр жатырмын тұр тұрмын отыр жүр жүрмін
    еді екен шығар ғой туралы кейін дейін бойынша деп дейди дейді айтты келеди берме
    бермей бермейди сурак комек көмек отинем сәлем рахмет үйде мектепте мектеп
    күйеуім жаста жасар жаман жаксы адам анам апам агам колымды қазір ешкім ештеңе
    бәрі тагы сосын аркылы алам алмай алмаиди келмеди болмаса кыз ул мекенжай
    алимент
    """
)
_RUSSIAN = _folded(
    """
    я ты он она оно мы вы они меня мне мной тебя его её ему нас нам вас их им это
    этот эта эти что как где когда почему кто чей и а но или если чтобы потому не
    нет ни да же ли бы в во на с со к ко по за из у о об от до для при без под над
    через после перед между есть был была было были быть буду будет можно нужно надо
    нельзя очень уже ещё еще тоже только сейчас потом здесь там тут все всё всех мой
    моя моё мои моего моей свой муж мама папа отец сын дочь ребенок ребёнка дети
    помогите пожалуйста здравствуйте спасибо хочу хочет может какой какая какие наш
    наша ваш ваш номер вопрос жалоба очередь справка класс
    """
)
_BOTH = _KAZAKH & _RUSSIAN
_ENGLISH_WORDS = """
i you he she it we they me my your his her our their is are was were be been am
do does did not no the a an and or but if in on at of for to from with by this
that there here what where when who how why can could will would want have has
had please help hello hi need my child children school father mother husband any
free speak
"""
_ENGLISH = frozenset(_ENGLISH_WORDS.split())
_KAZAKH_END = re.compile(
    "(?:мин|синдар|дин|нин|тин|лар|лер|дар|дер|тар|тер|ган|ген|кан|кен|ади|еди|иди|маиди|меиди"
    "|баиди|паиди|ларим|лерим|дагы|деги|нан|нен|дан|ден|тан|тен|мен|пен|бен|га|ге|ка|ке|ип)$"
)
_RUSSIAN_END = re.compile(
    "(?:ого|ему|ими|ами|ями|ает|яет|уют|ют|ала|ила|али|или|ти|т|ця|ние|ния|нию|ост|ости|ски|ская"
    "|ои|ая|ое|ие|ую|юю|иш|ешь|еш|ов|ев|ом|ем|ах|ях|ов)$"
)
_RUSSIAN_LETTERS = re.compile("[щцфьъёэв]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Detected:
    """Language and script of one text."""

    language: Language
    script: Script


def detect(read: Normalised) -> Detected:
    """Return language and script; `other` when the words fit none of the three."""
    latin = len(_LATIN.findall(read.text[:4000]))
    cyrillic = len(_CYRILLIC.findall(read.text[:4000]))
    script: Script = "latn" if latin > cyrillic else "cyrl"
    words = [token for token in read.tokens[:_READ] if not token.surface.isdigit()]
    if not words:
        return Detected("other", script)
    if script == "latn":
        english = sum(token.surface.lower() in _ENGLISH for token in words)
        if english / len(words) >= _ENOUGH:
            return Detected("en", script)
    kazakh = russian = 0.0
    for token in words:
        one, other = _weigh(token.folded, token.surface)
        kazakh, russian = kazakh + one, russian + other
    return Detected(_chosen(kazakh, russian), script)


def _chosen(kazakh: float, russian: float) -> Language:
    total = kazakh + russian
    if total == 0:
        return "other"
    if min(kazakh, russian) / total >= _SHARE and min(kazakh, russian) >= 1:
        return "mixed"
    return "kk" if kazakh > russian else "ru"


def _weigh(folded: str, surface: str) -> tuple[float, float]:
    """Return how much one word speaks for Kazakh and for Russian."""
    if _KAZAKH_LETTERS.search(surface):
        return 1.0, 0.0
    if folded in _BOTH:
        return 0.3, 0.3
    if folded in _KAZAKH:
        return 1.0, 0.0
    if folded in _RUSSIAN or _RUSSIAN_LETTERS.search(surface):
        return 0.0, 1.0
    kazakh = bool(_KAZAKH_END.search(folded)) and len(folded) > 4  # noqa: PLR2004
    russian = bool(_RUSSIAN_END.search(folded)) and len(folded) > 3  # noqa: PLR2004
    if kazakh == russian:
        return (0.2, 0.2) if kazakh else (0.0, 0.0)
    return (0.5, 0.0) if kazakh else (0.0, 0.5)
