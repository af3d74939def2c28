"""Whether a letter asks for an answer, in kk, ru or en; a wish not to be answered wins.

Only where the words leave no doubt: an answer that nobody asked for may be seen by others.
"""

import re

_READ = 20_000  # characters
_WORD = r"(?:\W+\w+){0,3}?\W+"
_ASKS = (
    (
        rf"\b(?:жд[уеё]м?|ожида(?:ю|ем)|прошу|просим|пожалуйста|дайте|хочу получить){_WORD}"
        r"(?:ответ\w*|сообщ(?:ить|ите)|написать)\b"
    ),
    r"\b(?:ответьте|отпишитесь|сообщите|напишите мне|напишите нам|жду ответа?)\b",
    (
        rf"\bжауа[бп]\w*(?:{_WORD}|\W+)(?:күтем\w*|күтуде\w*|беріңі[зс]\w*|берсеңі[зс]\w*"
        r"|жазыңы[зс]\w*|жазсаңы[зс]\w*|қайтарыңы[зс]\w*)\b"
    ),
    r"\b(?:маған|бізге)\W+(?:\w+\W+)?жазыңы[зс]\w*\b",
    r"\bplease\W+(?:\w+\W+)?(?:reply|answer|respond|write back)\b",
    r"\b(?:waiting|wait|look(?:ing)? forward)\W+(?:for|to)\W+(?:your\W+)?(?:reply|answer)\b",
)
_REFUSES = (
    r"\bне\W+(?:надо\W+|нужно\W+|стоит\W+)?(?:отвеча\w+|ответ\w*|пи[сш]\w+)\b",
    r"\bответ\w*\W+(?:мне\W+)?не\W+(?:жду|ждём|ждем|надо|нужен|нужно|требуется)\b",
    r"\b(?:жазба|жауап\W+бер[мп]е)(?:ңы[зс]|ңі[зс]|ңдар|ңдер|й-ақ)\w*",
    r"\bжауап\W+(?:керек|қажет)\W+емес\b",
    r"\b(?:do not|don['\u2019]?t|no need to)\W+(?:reply|answer|respond|write)\b",
)
_asks = re.compile("|".join(_ASKS), re.IGNORECASE)
_refuses = re.compile("|".join(_REFUSES), re.IGNORECASE)


def asks_answer(text: str) -> bool:
    """Return whether the words ask for an answer and nowhere refuse one."""
    read = text[:_READ]
    return bool(_asks.search(read)) and not _refuses.search(read)
