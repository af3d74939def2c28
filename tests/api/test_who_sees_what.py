"""Who sees what, over every role and every call; what is closed leaves no trace in any answer."""

import json

import pytest

from hotline.cases.inbound import ContactPolicy, Identity
from tests.builders import a_contact, everybody, triage_all

SECRET_NAME = "Ядвига Тайнова"
SECRET_PHONE = "+77059998811"
SECRET_ADDRESS = "улица Скрытая, 13"
SECRET_WORDS = "Мне страшно дома, слово-метка тюльпанобус."
POISON = (
    "Ядвига",
    "Тайнова",
    "7059998811",
    "9998811",
    "Скрытая",
    "тюльпанобус",
    "кодослово",
)
WHO = Identity(
    name=SECRET_NAME,
    phone=SECRET_PHONE,
    handle="@yadviga",
    address=SECRET_ADDRESS,
    relation="self",
)
EVERYBODY = (
    "operator supervisor admin commissioner guardian family police|other commissioner|"
    "other guardian|nobody's"
)
NAMES = [name for part in EVERYBODY.split("|")[:1] for name in part.split()]
NAMES += EVERYBODY.split("|")[1:]


@pytest.fixture
async def offered(api, who, rt):
    """A case that 111 offered: guardianship leads, the police help; the words are not released."""
    receipt = await a_contact(
        rt,
        SECRET_WORDS,
        identity=WHO,
        policy=ContactPolicy(may_write=True, code_word="кодослово"),
    )
    said = {"subcategory": "VIO.PHY", "urgency": 2, "region": "71"}
    _, case = await api(
        who["operator"], "POST", f"/contacts/{receipt}/confirm", said, status=200
    )
    return receipt, case["number"]


SIGHT = [
    # call                                      who gets 200; everybody else gets 404
    ("/contacts",                               "operator supervisor"),
    ("/contacts/{receipt}",                     "operator supervisor"),
    ("/cases/{number}",                         "operator supervisor commissioner guardian police"),
    ("/cases/{number}/history",                 "operator supervisor commissioner guardian police"),
    ("/cases/{number}/clocks/acceptance/working", "operator supervisor commissioner guardian police"),
    ("/figures",                                "operator supervisor"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "seers"), SIGHT, ids=[row[0] for row in SIGHT])
async def test_who_may_read_and_for_whom_it_does_not_exist(api, who, offered, path, seers):
    receipt, number = offered
    for name in NAMES:
        answer, found = await api(
            who[name], "GET", path.format(receipt=receipt, number=number)
        )
        wanted = 200 if name in seers.split() else 404
        assert answer.status == wanted, (name, path)
        if wanted == 404:
            assert found["code"] == "not_found"


async def test_decisions_are_for_111_and_oversight(api, who, offered):
    path = f"/cases/{offered[1]}/decisions"
    wanted = {
        "operator": 200,
        "supervisor": 200,
        "commissioner": 200,
        "guardian": 403,
        "police": 403,
    }
    for name in NAMES:
        answer, _ = await api(who[name], "GET", path)
        assert answer.status == wanted.get(name, 404), name


async def test_lists_counts_and_search_tell_of_a_case_only_who_may_know(api, who, offered):
    _, number = offered
    seers = ("operator", "supervisor", "commissioner", "guardian", "police")
    asked = ["", "?region=71", "?status=offered", "?urgency=2", "?category=VIO", f"?q={number}",
             "?status=open", "?overdue=false", "?regime=signal", "?order=newest"]  # fmt: skip
    for name in NAMES:
        for query in asked:
            answer, page = await api(who[name], "GET", f"/cases{query}")
            if name == "admin":
                assert answer.status == 404
                continue
            shown = [line["number"] for line in page["items"]]
            assert (shown, page["total"]) == (
                ([number], 1) if name in seers else ([], 0)
            ), (name, query)


async def test_what_is_only_proposed_is_seen_by_111_alone(api, who, rt):
    receipt = await a_contact(rt, SECRET_WORDS, identity=WHO)
    said = {"subcategory": "VIO.PHY", "urgency": 2, "region": "71", "offer": False}
    _, case = await api(
        who["operator"], "POST", f"/contacts/{receipt}/confirm", said, status=200
    )
    assert {r["status"] for r in case["referrals"]} == {"proposed"}
    for name in NAMES:
        answer, _ = await api(who[name], "GET", f"/cases/{case['number']}")
        assert answer.status == (200 if name in ("operator", "supervisor") else 404), name


async def test_a_body_that_declined_sees_the_case_no_more(api, who, offered):
    _, number = offered
    why = {"code": "not_our_matter", "text": "не по нашей части, передайте"}
    await api(who["police"], "POST", f"/cases/{number}/decline", why, status=200)
    answer, _ = await api(who["police"], "GET", f"/cases/{number}")
    assert answer.status == 404
    _, page = await api(who["police"], "GET", "/cases")
    assert (page["items"], page["total"]) == ([], 0)


async def test_masked_for_the_supervisor_open_for_who_works_closed_for_bodies(
    api, who, offered
):
    _, number = offered
    seen = {}
    for name in ("operator", "supervisor", "commissioner", "guardian", "police"):
        _, seen[name] = await api(who[name], "GET", f"/cases/{number}", status=200)
    assert seen["operator"]["identity"]["phone"] == SECRET_PHONE
    assert seen["supervisor"]["identity"]["phone"] == "+7 705 ••• 88 11"
    assert seen["supervisor"]["identity"]["name"] == "Я."
    assert seen["commissioner"]["identity"]["masked"] is True
    assert seen["guardian"]["identity"] is seen["police"]["identity"] is None
    assert seen["guardian"]["narrative"] is seen["police"]["narrative"] is None
    assert seen["commissioner"]["narrative"] == SECRET_WORDS
    assert seen["guardian"]["extract"]
    assert {r["body"] for r in seen["police"]["referrals"]} <= {
        "uzpd-71",
        "guard-71",
        "police-71",
    }
    assert seen["guardian"]["conflict_hint"] is seen["guardian"]["triage"] is None


async def test_a_released_narrative_is_read_by_the_lead_and_not_by_helpers(api, who, rt):
    receipt = await a_contact(rt, SECRET_WORDS, identity=WHO)
    said = {
        "subcategory": "VIO.PHY",
        "urgency": 2,
        "region": "71",
        "release_narrative": True,
    }
    _, case = await api(
        who["operator"], "POST", f"/contacts/{receipt}/confirm", said, status=200
    )
    _, lead = await api(who["guardian"], "GET", f"/cases/{case['number']}", status=200)
    _, helper = await api(who["police"], "GET", f"/cases/{case['number']}", status=200)
    assert lead["narrative"] == SECRET_WORDS
    assert lead["identity"] is None
    assert helper["narrative"] is None


class _Known(dict):
    """What a path names; every other part of one is the first row there is."""

    def __missing__(self, _):
        return "1"


async def test_planted_words_reach_nobody_who_may_not_read_them(api, who, rt, offered):
    """Every call as every unentitled person: no answer holds a planted name, number or word."""
    receipt, number = offered
    await a_contact(rt, SECRET_WORDS, identity=WHO, screened=True)
    await triage_all(rt)
    open_words = {
        "commissioner": ("тюльпанобус",)
    }  # oversight reads the words, masked the person
    known = {"receipt": receipt, "number": number, "name": "acceptance", "service": "102"}
    known |= {"body": "uzpd-71", "person": who["guardian"].viewer.username}
    calls = [
        template.removeprefix("/api/v1").format_map(_Known(known))
        for template, operations in api.document["paths"].items()
        if "get" in operations
    ]
    searches = [
        f"/cases?q={word}" for word in ("Тайнова Ядвига", "%2B77059998811", number, receipt)
    ]
    for name in NAMES:
        if name == "operator":
            continue
        allowed = open_words.get(name, ())
        if name == "supervisor":  # reads the words, sees people masked
            allowed = ("тюльпанобус", "кодослово")
        for path in [*calls, *searches]:
            _, found = await api(who[name], "GET", path)
            text = json.dumps(found, ensure_ascii=False)
            for word in POISON:
                assert word not in text or word in allowed, (name, path, word)


async def test_a_body_does_not_read_what_others_looked_at(api, who, offered):
    _, number = offered
    for name in ("operator", "supervisor", "commissioner", "guardian", "police"):
        await api(who[name], "GET", f"/cases/{number}", status=200)

    async def viewers(name):
        _, page = await api(who[name], "GET", f"/cases/{number}/history", status=200)
        return {h["actor"] for h in page["items"] if h["event"] == "viewed"}

    everyone = {
        who[n].viewer.username
        for n in ("operator", "supervisor", "commissioner", "guardian", "police")
    }
    assert await viewers("operator") == everyone
    assert await viewers("guardian") == everyone
    assert await viewers("police") <= {
        who[n].viewer.username for n in ("police", "guardian")
    }


async def test_moves_of_who_may_not_know_answer_404_and_change_nothing(
    api, who, offered, database
):
    _, number = offered
    before = await database.fetchrow(
        "SELECT version, status FROM cases WHERE number = $1", number
    )
    bodies = {
        "accept": {}, "note": {"text": "x"}, "close": {}, "reopen": {"reason": "x"}, "offer": {},
        "urgency": {"urgency": 1, "reason": "x"}, "safety": {"safe": True},
        "decline": {"code": "duplicate", "text": "это повтор другого дела"},
        "return": {"code": "duplicate", "text": "это повтор другого дела"},
        "transfer": {"to_body": "fsc-71", "text": "x"}, "emergency/102/called": {"number": "102"},
        "first-contact": {"unsafe": "x"}, "check": {"kind": "visit", "text": "x"},
        "outcome": {"assistance": {"code": "legal", "text": "x"}, "check": {"kind": "visit", "text": "x"}},
    }  # fmt: skip
    for name in ("admin", "family", "other guardian", "other commissioner", "nobody's"):
        for move, body in bodies.items():
            answer, _ = await api(who[name], "POST", f"/cases/{number}/{move}", body)
            assert answer.status == 404, (name, move)
    after = await database.fetchrow(
        "SELECT version, status FROM cases WHERE number = $1", number
    )
    assert before == after


async def test_a_forgotten_person_leaves_nothing_and_breaks_nothing(api, who, rt, offered):
    from hotline.actions.forget_person import forget_person

    receipt, number = offered
    await forget_person(rt, who["supervisor"].viewer, [receipt])
    for name in ("operator", "supervisor", "commissioner", "guardian", "police"):
        _, case = await api(who[name], "GET", f"/cases/{number}", status=200)
        assert (case["narrative"], case["identity"], case["extract"]) == (None, None, None)
    _, contact = await api(who["operator"], "GET", f"/contacts/{receipt}", status=200)
    assert (contact["narrative"], contact["forgotten"]) == (None, True)
    _, page = await api(who["operator"], "GET", "/cases?q=%2B77059998811", status=200)
    assert page["total"] == 0


async def test_everybody_made_by_the_builder_is_in_the_tables_here(rt):
    assert set(NAMES) == set(await everybody(rt))
