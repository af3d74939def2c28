"""config/: the shipped files hold, and every mistake is named by file, key and remedy."""

import shutil
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from hotline.__main__ import main
from hotline.actions.sync_bodies import rows_of
from hotline.cases.terms import BodyId, BodyKind
from hotline.config.load import SHIPPED, load
from hotline.routing.directory import Body, Directory
from hotline.routing.looking import RoutingFacts
from hotline.routing.office import (
    NEVER_LEADS,
    OWN_QUEUE,
    choose_bodies,
)

DAY = date(2026, 11, 20)


def checked(folder):
    found = CliRunner().invoke(main, ["check-config", "--config", str(folder)])
    return found.exit_code, found.output


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(SHIPPED, tmp_path / "config")


def test_the_shipped_configuration_is_in_order(config):
    assert checked(SHIPPED) == (0, "config: in order\n")
    assert len(config.places.regions) == 20
    assert len(config.taxonomy.by_code) == 61
    assert len(config.taxonomy.categories) == 12


def test_every_name_is_there_in_kazakh_and_russian(config):
    named = [
        *(category.name for category in config.taxonomy.categories),
        *(sub.name for sub in config.taxonomy.by_code.values()),
        *(kind.name for kind in config.taxonomy.bodies.values()),
        *(region.name for region in config.places.regions),
        *(pattern.name for pattern in config.bodies.bodies),
        *(clock.basis for clock in config.sla.clocks.values()),
    ]
    assert len(named) > 120
    assert [n for n in named if not (n.kk.strip() and n.ru.strip())] == []
    assert not any(n.kk == n.ru and " " in n.kk for n in named)  # not one for the other


BROKEN = [
    # what, file, old text, new text, what the answer names
    ("an unknown key", "service.yaml", "sign:", "speed: 3\nsign:", ["service.yaml", "speed"]),
    ("a key of a deeper level", "service.yaml", "  tries: 5", "  tries: 5\n  pause: 1",
     ["service.yaml", "sign", "pause"]),
    ("a missing key", "service.yaml", "  tries: 5\n", "", ["service.yaml", "sign", "tries"]),
    ("a word for a number", "service.yaml", "tries: 5", "tries: many",
     ["service.yaml", "sign.tries"]),
    ("no YAML", "service.yaml", "limits:", "limits: [", ["service.yaml", "YAML"]),
    ("a category without a body", "taxonomy.yaml", "    lead: GUARD\n", "",
     ["taxonomy.yaml", "lead", "add"]),
    ("a lead of an unknown kind", "taxonomy.yaml", "lead: GUARD", "lead: GUARDS",
     ["taxonomy.yaml", "lead", "GUARDS"]),
    ("police as a lead", "taxonomy.yaml", "lead: GUARD", "lead: POLICE",
     ["taxonomy.yaml", "lead", "POLICE"]),
    ("a helper of an unknown kind", "taxonomy.yaml", "co_executors: [POLICE]",
     "co_executors: [MILITIA]", ["taxonomy.yaml", "co_executors", "MILITIA"]),
    ("an urgency that is none", "taxonomy.yaml", "default_urgency: 1", "default_urgency: 7",
     ["taxonomy.yaml", "default_urgency", "0 to 4"]),
    ("a region without a commissioner", "bodies.yaml", """    id: "comm-{region}"
    name: {kk: "Бала құқықтары жөніндегі өңірлік уәкіл, {kk}", ru: "Региональный уполномоченный по правам ребёнка, {ru}"}
    regions: *all""", """    id: "comm-{region}"
    name: {kk: "Бала құқықтары жөніндегі өңірлік уәкіл, {kk}", ru: "Региональный уполномоченный по правам ребёнка, {ru}"}
    regions: ["71"]""", ["bodies.yaml", "63", "commissioner", "add"]),
    ("a body of an unknown kind", "bodies.yaml", "kind: PSY", "kind: PSYCH",
     ["bodies.yaml", "PSYCH"]),
    ("a body of an unknown region", "bodies.yaml", 'regions: ["11", "15", "71"]',
     'regions: ["11", "15", "99"]', ["bodies.yaml", "99", "KATO"]),
    ("a body that ends before it begins", "bodies.yaml", "valid_from: 2026-01-01",
     "valid_from: 2026-01-01\n    valid_to: 2025-01-01", ["bodies.yaml", "valid"]),
    ("no queue of 111's own", "bodies.yaml", "kind: OWN", "kind: PSY",
     ["bodies.yaml", "OWN", "add"]),
    ("two bodies of one id", "bodies.yaml", 'id: "psy-{region}"', 'id: "soc-{region}"',
     ["bodies.yaml", "soc-", "twice"]),
    ("an impossible date", "bodies.yaml", "valid_from: 2024-01-01", "valid_from: 2024-13-01",
     ["bodies.yaml", "month"]),
    ("strangers offered unread", "referral.yaml", "  - {offer: confirm}",
     "  - {offer: auto}", ["referral.yaml", "rules", "confirm"]),
    ("a rule of an unknown category", "referral.yaml", "sources: [screened]}",
     "sources: [screened], categories: [VIOL]}", ["referral.yaml", "VIOL"]),
    ("a rule of an unknown source", "referral.yaml", "sources: [screened]",
     "sources: [trusted]", ["referral.yaml", "trusted", "screened"]),
    ("a chain of an unknown kind", "referral.yaml", "GUARD: [UZPD, GUARD]",
     "GUARD: [UZPD, OPEKA]", ["referral.yaml", "OPEKA"]),
    ("a clock that is none", "sla.yaml", "  acknowledgement:", "  acknowledgment:",
     ["sla.yaml", "acknowledgment"]),
    ("a span that is none", "sla.yaml", "{clock: PT2M}", "{clock: 2 minutes}",
     ["sla.yaml", "clocks.human_eyes.limits.0.clock", "correct"]),
    ("a norm of 0", "referral.yaml", "children_per_specialist: 5000",
     "children_per_specialist: 0", ["norm.children_per_specialist", "5000"]),
    ("a case that weighs nothing", "referral.yaml", "[8, 5, 3, 2, 1]", "[8, 5, 3, 2, 0]",
     ["norm.weights", "five"]),
    ("an urgency without a weight", "referral.yaml", "[8, 5, 3, 2, 1]", "[8, 5, 3, 2]",
     ["norm.weights", "five"]),
    ("a full post that takes no case", "referral.yaml", "full_at: 150", "full_at: 7",
     ["norm.full_at", "raise"]),
    ("a look back of no day", "referral.yaml", "look_back_days: 28", "look_back_days: 0",
     ["norm.look_back_days"]),
    ("a key written twice", "referral.yaml", "chains:", "version: x\nchains:",
     ["referral.yaml", "version", "twice", "line 9"]),
    ("an impossible date", "bodies.yaml", "2020-01-01", "2020-02-30",
     ["bodies.yaml", "2020-02-30", "line 11"]),
    ("a lead that no body is", "bodies.yaml", "  - kind: FSC", "  - kind: CRISIS",
     ["bodies.yaml", "FSC", "FAM.ALIM", "add one"]),
    ("a lead without a chain", "referral.yaml", "  FSC: [FSC, UZPD, GUARD]\n", "",
     ["referral.yaml", "chains.FSC", "missing"]),
    ("a brace that is no place", "bodies.yaml", "fsc-{region}", "fsc-{regio}",
     ["bodies.yaml", "fsc-{regio}", "{region}"]),
    ("a parent that is nobody", "bodies.yaml", "parent: omb\n", "parent: ombx\n",
     ["bodies.yaml", "ombx", "parent"]),
]  # fmt: skip


@pytest.mark.slow  # each row reads the whole folder
@pytest.mark.parametrize(
    ("what", "name", "old", "new", "named"), BROKEN, ids=[row[0] for row in BROKEN]
)
def test_a_mistake_is_named_by_file_key_and_remedy(folder, what, name, old, new, named):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text, "the shipped file has changed: mend this table"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    code, said = checked(folder)
    assert code == 1, what
    for part in named:
        assert part in said, said
    assert "Traceback" not in said


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.name for path in SHIPPED.glob("*.yaml")))
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    code, said = checked(folder)
    assert code == 1
    assert name in said
    assert "Traceback" not in said


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(path.name for path in SHIPPED.glob("*.yaml")))
@pytest.mark.parametrize(
    "garbage", [b"", b"[]", b"\xff\xfe", b"a: b: c", b"- 1\n- 2\n", b"\x00"]
)
def test_garbage_in_any_file_is_a_line_and_no_crash(folder, name, garbage):
    (folder / name).write_bytes(garbage)
    code, said = checked(folder)
    assert code == 1
    assert name in said
    assert "Traceback" not in said


def test_every_mistake_is_told_at_once(folder):
    for name, old, new in (
        ("service.yaml", "tries: 5", "tries: many"),
        ("referral.yaml", "offer: auto", "offer: maybe"),
    ):
        path = folder / name
        path.write_text(path.read_text().replace(old, new, 1))
    _, said = checked(folder)
    assert "service.yaml" in said
    assert "referral.yaml" in said


def test_a_folder_that_is_not_there_is_an_answer(tmp_path):
    code, said = checked(tmp_path / "nowhere")
    assert code == 1
    assert "Traceback" not in said


@pytest.fixture(scope="module")
def directory():
    config = load(SHIPPED, DAY)
    listed = tuple(
        Body(BodyId(row["id"]), BodyKind(row["kind"]), row["region"], row["valid_from"],
             row["valid_to"], row["status"])
        for row in sorted(rows_of(config), key=lambda row: row["id"])
    )  # fmt: skip
    return config, Directory(listed, "v")


def test_every_chain_ends_somewhere_for_every_region_and_code(directory):
    config, bodies = directory
    chains = config.referral.chains
    seen = 0
    for region in [*(r.code for r in config.places.regions), None]:
        for code, entry in config.taxonomy.by_code.items():
            excluded = {}
            while True:  # each lead declines in turn
                facts = RoutingFacts(
                    code,
                    BodyKind(entry.lead),
                    tuple(entry.co_executors),
                    region,
                    DAY,
                    excluded,
                )
                chosen = choose_bodies(facts, bodies, chains)
                assert chosen.lead_kind not in NEVER_LEADS
                if chosen.lead == OWN_QUEUE:
                    break
                assert chosen.lead not in excluded
                excluded[chosen.lead] = "declined"
                assert len(excluded) <= 4
            seen += 1
    assert seen == 21 * 61


def test_every_code_has_an_outside_lead_today_unless_it_is_111_s_own(directory):
    config, bodies = directory
    for region in config.places.regions:
        for code, entry in config.taxonomy.by_code.items():
            facts = RoutingFacts(code, BodyKind(entry.lead), (), region.code, DAY, {})
            chosen = choose_bodies(facts, bodies, config.referral.chains)
            assert (chosen.lead == OWN_QUEUE) == (entry.lead == BodyKind.OWN), (
                region,
                code,
            )


def test_the_calendar_reaches_far_enough(config):
    assert load(SHIPPED, DAY + timedelta(days=30)).calendar


ADDRESSES = [
    # what, the database's address, what the answer names; passwords are in none
    ("not a URL", "junk-s3cret", "HOTLINE_DATABASE_URL"),
    ("another database", "mysql://u:s3cret@127.0.0.1/x", "postgresql://"),
    ("nobody listens", "postgresql://u:s3cret@127.0.0.1:1/x", "cannot be reached"),
    ("no such socket", "postgresql://u:s3cret@/x?host=/nowhere", "cannot be reached"),
]


@pytest.mark.parametrize(("what", "url", "named"), ADDRESSES)
def test_a_database_that_is_not_there_is_an_answer_and_no_crash(
    monkeypatch, what, url, named
):
    from click.testing import CliRunner

    from hotline.__main__ import main

    monkeypatch.setenv("HOTLINE_DATABASE_URL", url)
    said = CliRunner().invoke(main, ["migrate"])
    assert said.exit_code == 1, what
    assert isinstance(said.exception, SystemExit)
    assert named in said.output
    assert "s3cret" not in said.output


def test_a_port_that_is_no_number_is_an_answer_and_no_crash(monkeypatch):
    from click.testing import CliRunner

    from hotline.__main__ import main

    monkeypatch.setenv("HOTLINE_PORT", "eighty")
    said = CliRunner().invoke(main, ["up"])
    assert said.exit_code == 2
    assert "--port" in said.output
    assert "eighty" in said.output
