"""Words of administration: weak passwords, devices, sign-ins, kinds of changes."""

from collections.abc import Mapping

WEAK = {
    "too_short": "Too short: at least 10 characters.",
    "too_long": "Too long: at most 200 characters.",
    "too_plain": "Too plain: letters that follow each other or repeat are guessed first.",
    "own_name": "It holds the user name: that is guessed first.",
    "too_common": "This is one of the passwords that are tried first. Choose another one.",
    "not_same": "The two are not the same. Please type both again.",
    "same": "This is the password of before.",
    "wrong_password": "The password of now is wrong.",
    "wrong_code": "This code is not right, or it was used already. Wait for the next one.",
    "factor_set": "The second step is on already.",
    "factor_needed": "Your role signs in with a code: it cannot be turned off.",
}
BROWSER = {
    "yandex": "Yandex Browser",
    "edge": "Edge",
    "opera": "Opera",
    "samsung": "Samsung Internet",
    "firefox": "Firefox",
    "chrome": "Chrome",
    "safari": "Safari",
}
SYSTEM = {
    "android": "Android",
    "iphone": "iPhone",
    "ipad": "iPad",
    "windows": "Windows",
    "mac": "Mac",
    "linux": "Linux",
}
TABLES: Mapping[str, Mapping[str, str]] = {"weak": WEAK}


def device(code: str) -> tuple[str, str]:
    """Return the names of browser and system; empty where they are not known."""
    browser, _, system = code.partition("-")
    return BROWSER.get(browser, ""), SYSTEM.get(system, "")
