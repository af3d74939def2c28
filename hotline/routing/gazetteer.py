"""The configured place names, written out in every form: one look-up a word."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from hotline.config.places import Places
from hotline.language.normalise import fold_phrase
from hotline.routing import place_forms
from hotline.routing.place_forms import BARE, kazakh_forms, russian_forms
from hotline.routing.place_names import Form, Name, Ref, names_of, region_names
from hotline.routing.place_villages import Villages, compile_villages

_PREFERRED: Final = {BARE: 0, place_forms.LOCATIVE: 1, place_forms.ABLATIVE: 2}
_KATO_DIGITS: Final = 9
SLIP_LEAST: Final = 7  # letters; one letter wrong in a shorter name is another word
_Hit = tuple[Ref, str, str]  # what a form stands for, its case, the name that it is of
_NO_NEEDS: Final[frozenset[str]] = frozenset()


class Words(NamedTuple):
    """Folded words that decide whether and how a name counts."""

    street_before: frozenset[str]
    street_after: frozenset[str]
    residence: frozenset[str]
    not_residence: frozenset[str]
    left: frozenset[str]
    left_from: frozenset[str]
    taken: frozenset[str]
    away: frozenset[str]
    arrived: frozenset[str]
    children: frozenset[str]
    relatives: frozenset[str]
    ours: frozenset[str]
    elsewhere: frozenset[str]
    writes: frozenset[str]
    registered: frozenset[str]
    vicinity: frozenset[str]
    ordinary: frozenset[str]  # as spelt in lower case, not folded


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Folded form -> places. Compiled once; read by every triage."""

    forms: dict[str, Form]
    longest: dict[str, int]  # first word of a longer name -> most words it may have
    regions: frozenset[str]
    districts: frozenset[str]
    part_of: dict[str, str]
    phones: dict[str, str]
    words: Words
    oblasts: tuple[str, ...] = ()  # the names that are said with облысы / область
    villages: Villages | None = None  # of the official register, once it was imported
    slips: dict[str, str] = field(default_factory=dict)  # name short of a letter -> name


def compile_gazetteer(places: Places) -> Gazetteer:
    """Return every form of every name of `places`, folded, ready for look-up."""
    found: dict[str, list[_Hit]] = {}
    for name in names_of(places):
        base = " ".join(fold_phrase(name.like or name.text))
        for form, case in _forms(name):
            found.setdefault(form, []).append((name.ref, case, base))
    needs: dict[str, frozenset[str]] = {
        " ".join(fold_phrase(name)): frozenset(guard.needs)
        for guard in places.words.guards
        for name in guard.names
    }
    defaults = {" ".join(fold_phrase(d.name)): d.region for d in places.words.defaults}
    common = frozenset(" ".join(fold_phrase(name)) for name in places.words.common)
    shared: dict[tuple[_Hit, ...], Form] = {}  # most forms of a name differ in the key only
    forms = {}
    for key, listed in found.items():
        hits = tuple(dict.fromkeys(listed)) if len(listed) > 1 else (listed[0],)
        if key and hits not in shared:
            shared[hits] = _form(hits, needs, defaults, common)
        if key:
            forms[key] = shared[hits]
    longest: dict[str, int] = {}
    for key in forms:
        first, *rest = key.split(" ")
        if rest:
            longest[first] = max(longest.get(first, 0), 1 + len(rest))
    return Gazetteer(
        forms=forms,
        longest=longest,
        regions=frozenset(region.code for region in places.regions),
        districts=frozenset(d.kato for d in places.districts if d.kato),
        part_of={r.code: r.part_of for r in places.regions if r.part_of},
        phones={prefix: r.code for r in places.regions for prefix in r.phones},
        words=_words(places),
        oblasts=tuple(
            dict.fromkeys(" ".join(fold_phrase(name.text)) for name in region_names(places))
        ),
        villages=compile_villages(places.kato.places) if places.kato.places else None,
        slips=_slips(forms),
    )


def _slips(forms: dict[str, Form]) -> dict[str, str]:
    """Return the longer names, each also short of one letter, for reading slips."""
    slips: dict[str, str] = {}
    for key, form in forms.items():
        known = (
            form.case == BARE
            and not form.needs
            and any(_misspelt(ref) for ref in form.refs)
        )
        if not known or " " in key or len(key) < SLIP_LEAST or form.common:
            continue
        stem = key[:-1] if key[-1] in "аи" and len(key) > SLIP_LEAST else key
        for whole in {key, stem}:
            slips.setdefault(whole, key)
            for cut in range(1, len(whole)):
                slips.setdefault(whole[:cut] + whole[cut + 1 :], key)
    return slips


def _misspelt(ref: Ref) -> bool:
    """Return whether slips are read in it: landmarks are half of them ordinary words."""
    return ref.alone and ref.level != "landmark"


def name_problems(places: Places) -> list[str]:
    """Return the names of several regions that `places.yaml` neither decides nor lists."""
    regions_of: dict[str, set[str]] = {}
    spelt: dict[str, str] = {}
    for name in names_of(places):
        base = " ".join(fold_phrase(name.text))
        spelt.setdefault(base, name.text)
        if name.ref.level != "oblast" and name.ref.alone:
            regions_of.setdefault(base, set()).add(name.ref.region)
    settled = {" ".join(fold_phrase(d.name)) for d in places.words.defaults}
    settled |= {" ".join(fold_phrase(name)) for name in places.words.ambiguous}
    return [
        f"places.yaml: key `ambiguous`: {spelt[base]} is a name in "
        f"{', '.join(sorted(regions))}; list it here, or give its region under `defaults`"
        for base, regions in sorted(regions_of.items())
        if len(regions) > 1 and base not in settled
    ]


def region_of(code: str, gazetteer: Gazetteer) -> tuple[str, str | None] | None:
    """Return region and district of a KATO code or prefix; None when it is none."""
    digits = code.strip()
    if not (digits.isascii() and digits.isdigit()) or digits[:2] not in gazetteer.regions:
        return None
    if len(digits) not in {2, _KATO_DIGITS}:
        return None
    return digits[:2], digits if digits in gazetteer.districts else None


def _forms(name: Name) -> Iterator[tuple[str, str]]:
    if name.kazakh:
        yield from kazakh_forms(name.text)
    if name.russian:
        yield from russian_forms(name.text)


def _form(
    hits: tuple[_Hit, ...],
    needs: dict[str, frozenset[str]],
    defaults: dict[str, str],
    common: frozenset[str],
) -> Form:
    guards = [needs.get(base, _NO_NEEDS) for _, _, base in hits]
    guard = _NO_NEEDS.union(*guards) if all(guards) else _NO_NEEDS
    default = None
    for _, _, base in hits:
        default = default or defaults.get(base)
    return Form(
        refs=tuple(dict.fromkeys(ref for ref, _, _ in hits)),
        case=min((case for _, case, _ in hits), key=lambda case: _PREFERRED.get(case, 3)),
        needs=guard,
        default=default,
        common=any(base in common for _, _, base in hits),
    )


def _words(places: Places) -> Words:
    lists = places.words
    folded = {
        name: frozenset(" ".join(fold_phrase(word)) for word in getattr(lists, name))
        for name in Words._fields
        if name != "ordinary"
    }
    ordinary = frozenset(word.lower() for word in lists.ordinary)
    return Words(**folded, ordinary=ordinary)
