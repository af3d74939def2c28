"""A name is found as it is typed, in any alphabet, and lists stand in the alphabet's order."""

import re

import pytest

from hotline.actions.keep_people import rename
from hotline.identity.viewer import TRIAGE
from hotline.store.console_reads import colleagues
from tests.builders import WHO, a_call, a_person, everybody
from tests.console.console_world import signed_in

NAMES = ["Ғалымжан Сапар", "Гүлнұр Ахмет", "Әсел Жұмабай", "Ёлкина Анна", "Асан Үсен"]
IN_ORDER = ["Асан Үсен", "Әсел Жұмабай", "Гүлнұр Ахмет", "Ғалымжан Сапар", "Ёлкина Анна"]


@pytest.fixture
async def named(rt):
    """People of one body whose names begin with letters of the Kazakh alphabet."""
    admin = await a_person(rt, "admin")
    for at, name in enumerate(NAMES):
        one = await a_person(rt, "guardian", bodies=("guard-71",), username=f"person-{at}")
        await rename(rt, admin.viewer, one.viewer.person_id, name)


def shown(html):
    return [name for name in re.findall(r">([^<>]+)</a>", html) if name in NAMES]


TYPED = [
    ("асель жумабай", ["Әсел Жұмабай"]),
    ("Әсел Ахмет", []),  # of two people one word each
    ("Äsel Jūmabai", ["Әсел Жұмабай"]),
    ("ahmet", ["Гүлнұр Ахмет"]),
    ("akhmet", ["Гүлнұр Ахмет"]),
    ("ГАЛЫМЖАН", ["Ғалымжан Сапар"]),
    ("usen", ["Асан Үсен"]),
    ("person-2", ["Әсел Жұмабай"]),
    ("", IN_ORDER),
]


async def test_people_are_found_in_any_alphabet_and_listed_in_ours(client, rt, named):
    admin = await signed_in(client, await a_person(rt, "admin"), "kk")
    for typed, found in TYPED:
        await admin.get(f"/admin/people?q={typed}&role=guardian")
        assert shown(admin.html) == found, typed
    async with rt.transaction(TRIAGE) as tx:
        known = await colleagues(tx, ["guard-71"])
    assert [name for _, name in known if name in NAMES] == IN_ORDER


async def test_bodies_and_sites_are_found_by_their_names(client, rt):
    admin = await signed_in(client, await a_person(rt, "admin"), "kk")
    await admin.get("/admin/bodies?region=71")
    every = re.findall(r'data-testid="body-([\w-]+)"', admin.html)
    await admin.get("/admin/bodies?region=71&q=qamqorşylyq")
    found = re.findall(r'data-testid="body-([\w-]+)"', admin.html)
    assert "guard-71" in found
    assert len(found) < len(every)
    for site, name in (
        ("school-2", "№2 мектеп"),
        ("school-12", "№12 мектеп"),
        ("home-1", "«Үміт» үйі"),
    ):
        await admin.get("/admin/sites")
        values = {"site": site, "kind": "school", "name_kk": name, "name_ru": name,
                  "region": "71", "district": "", "body": ""}  # fmt: skip
        assert (await admin.post("/admin/sites", values)).status == 303
    await admin.get("/admin/sites")
    listed = re.findall(r'data-testid="site-([\w-]+)"', admin.html)
    assert listed == ["school-2", "school-12", "home-1"]
    await admin.get("/admin/sites?q=umit")
    assert re.findall(r'data-testid="site-([\w-]+)"', admin.html) == ["home-1"]


WHO_TYPED = [
    "Gulnara Seitkali",
    "Gülnara Seitqali",
    "сейткали ГУЛЬНАРА",
    "Гүлнара Сейтқали",
]


async def test_a_sealed_name_is_found_whole_however_it_is_spelt_and_at_111_alone(
    client, rt
):
    somebody = await everybody(rt)
    number = await a_call(rt, somebody["operator"])
    assert WHO.name == "Гульнара Сейткали"
    operator = await signed_in(client, somebody["operator"])
    for typed in WHO_TYPED:
        answer = await operator.post("/search", {"q": typed})
        assert f"/cases/{number}" in await answer.text(), typed
    for part in ("Гульнара", "Seitkali"):
        assert number not in await (await operator.post("/search", {"q": part})).text()
    guardian = await signed_in(client, somebody["guardian"])
    assert number not in await (await guardian.post("/search", {"q": WHO_TYPED[0]})).text()
