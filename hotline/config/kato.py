"""What the official register of places (KATO) adds: villages, rural districts, codes.

The file is derived by `hotline admin import-kato` from the register that a customer has; it
lies beside the other files of places and is no part of this project.
"""

from pathlib import Path

import msgspec

from hotline.errors import BadConfig

FILE = "places_kato.json"
_VERSION = 1


class KatoPlace(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A village or a rural district; `district` is the code of its rayon or city."""

    region: str
    district: str
    kk: str
    ru: str


class KatoPlaces(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """config/places_kato.json. `districts`: code -> Kazakh name without ауданы."""

    version: int = _VERSION
    districts: dict[str, str] = {}
    places: tuple[KatoPlace, ...] = ()


def load_kato(folder: Path) -> KatoPlaces:
    """Return what was imported into `folder`; nothing when no register was.

    Errors: BadConfig when the file is not what `import-kato` wrote.
    """
    try:
        raw = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return KatoPlaces()
    except OSError as error:
        raise BadConfig(
            [f"{FILE}: cannot be read ({error.strerror}); import again"]
        ) from error
    try:
        found = msgspec.json.decode(raw, type=KatoPlaces)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadConfig(
            [f"{FILE}: {error}; run `hotline admin import-kato` again"]
        ) from error
    if found.version != _VERSION:
        raise BadConfig(
            [f"{FILE}: key `version`: {found.version} is unknown; run import-kato again"]
        )
    return found


def encode_kato(places: KatoPlaces) -> bytes:
    """Return the file's bytes, a place a line: equal registers give equal bytes."""
    text = msgspec.json.encode(places).decode()
    return text.replace('],["', '],\n["').encode() + b"\n"
