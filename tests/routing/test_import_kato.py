"""The official register of places: its dialects, its errors, and what a name in it does."""

import json
import shutil
import time
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.__main__ import main
from hotline.actions.import_kato import import_kato
from hotline.config.kato import FILE, KatoPlace, KatoPlaces, encode_kato, load_kato
from hotline.config.kato_names import derive
from hotline.config.kato_register import read_register
from hotline.config.places import load_places, problems
from hotline.errors import BadConfig
from hotline.language.normalise import normalise
from hotline.routing.gazetteer import compile_gazetteer, name_problems
from hotline.routing.place_villages import compile_villages
from hotline.routing.region import resolve_region

pytestmark = pytest.mark.slow  # reads whole folders

CONFIG = Path(__file__).parents[2] / "config"
HEAD = "te,ab,cd,ef,hij,k,kaz_name,rus_name,nn"
EXTRACT = [  # invented places in real districts
    "270000000,27,0,0,0,0,Батыс Қазақстан облысы,Западно-Казахстанская область,1",
    "273200000,27,32,0,0,0,Ақжайық ауданы,Акжаикский район,1",
    "273230000,27,32,30,0,0,Сауыртау ауылдық округі,Сауыртауский с.о.,1",
    "273230100,27,32,30,100,0,Сауыртау ауылы,с.Сауыртау,1",
    "273230200,27,32,30,200,0,Мирасты ауылы,с.Мирасты,1",
    "273230300,27,32,30,300,0,Көлбасы ауылы,с.Кольбасы,1",
    "395000000,39,50,0,0,0,Қарабалық ауданы,Карабалыкский район,1",
    "395030100,39,50,30,100,0,Новоприозёрное ауылы,с.Новоприозёрное,1",
    "395030200,39,50,30,200,0,Көлбасы ауылы,с.Кольбасы,1",
    "612000000,61,20,0,0,0,Сауран ауданы,Сауранский район,1",
    "612030100,61,20,30,100,0,№ 7 разъезі,рзд.№ 7,1",
    "612010000,61,20,10,0,0,Жаңақұрық қ.ә.,Жанакурыкская г.а.,1",
]
COMMAS = "\n".join([HEAD, *EXTRACT])


@pytest.fixture
def folder(tmp_path):
    kept = tmp_path / "config"
    shutil.copytree(CONFIG, kept)
    (kept / FILE).unlink(missing_ok=True)
    return kept


def written(tmp_path, content, name="register.csv"):
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return file


RECORDS = [dict(zip(HEAD.split(","), line.split(","), strict=True)) for line in EXTRACT]
DIALECTS = [
    # how it was exported        the bytes
    ("commas, UTF-8",            COMMAS.encode()),
    ("with a BOM",               COMMAS.encode("utf-8-sig")),
    ("UTF-16",                   COMMAS.encode("utf-16")),
    ("semicolons, CR LF",        COMMAS.replace(",", ";").replace("\n", "\r\n").encode()),
    ("tabs",                     COMMAS.replace(",", "\t").encode()),
    ("other column names",       COMMAS.replace("kaz_name,rus_name", "NAME_KAZ,name_rus").encode()),
    ("no te, only its parts",    "\n".join(line.partition(",")[2] for line in COMMAS.split("\n")).encode()),
    ("a list of objects",        json.dumps(RECORDS).encode()),
    ("the same, unescaped",      json.dumps(RECORDS, ensure_ascii=False).encode()),
    ("numbers as numbers",       json.dumps([{**r, "te": int(r["te"])} for r in RECORDS]).encode()),
]  # fmt: skip


@pytest.mark.parametrize(("how", "raw"), DIALECTS, ids=[c[0] for c in DIALECTS])
def test_every_dialect_of_the_register_reads_alike(how, raw):
    expected = [(r["te"], r["kaz_name"], r["rus_name"]) for r in RECORDS]
    assert [row[1:] for row in read_register(raw, "register.csv")] == expected


def test_cyrillic_of_the_old_code_page_is_read_where_no_letter_was_lost():
    text = f"{HEAD}\n395030100,39,50,30,100,0,Аксай ауылы,с.Аксай,1".replace(",", ";")
    (row,) = read_register(text.encode("cp1251", errors="replace"), "r.csv")
    assert (row.kk, row.ru) == ("Аксай ауылы", "с.Аксай")


BROKEN = [
    # what is wrong                 the file                                                      part of the message
    ("letters were lost",           f"{HEAD}\n273230100,27,32,30,100,0,С?уыр ауылы,с.Сауыр,1",    "line 2: key `kaz_name`: letters were lost"),
    ("a code of letters",           f"{HEAD}\nabc,,,,,0,Сауыр ауылы,с.Сауыр,1",                   "line 2: key `te`: 'abc' is no code"),
    ("a code that is not its parts", f"{HEAD}\n273230100,27,33,30,100,0,Сауыр ауылы,с.Сауыр,1",   "is not 273330100"),
    ("no Kazakh name",              f"{HEAD}\n273230100,27,32,30,100,0,,с.Сауыр,1",               "key `kaz_name`: empty"),
    ("one code, two names",         f"{COMMAS}\n273230100,27,32,30,100,0,Басқа ауылы,с.Баска,1",  "line 14: key `te`: 273230100 is on line 5"),
    ("a column missing",            "te,kaz_name\n273230100,Сауыр",                               "key `rus_name`: no such column"),
    ("an unknown region",           f"{HEAD}\n983230100,98,32,30,100,0,Сауыр ауылы,с.Сауыр,1",    "line 2: key `te`: 983230100 is of no known region"),
    ("nothing but the head",        HEAD,                                                         "no places in it"),
    ("nothing at all",              "",                                                           "no places in it"),
    ("oblasts only",                f"{HEAD}\n{EXTRACT[0]}",                                      "no villages in it"),
    ("a list cut short",            '[{"te": "27',                                                "give a list of objects"),
    ("a workbook",                  "PK\x03\x04rest",                                             "save it as CSV"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "text", "message"), BROKEN, ids=[c[0] for c in BROKEN])
def test_a_broken_register_is_refused_with_a_remedy_and_nothing_is_written(
    what, text, message, folder, tmp_path
):
    before = sorted(file.name for file in folder.iterdir())
    with pytest.raises(BadConfig) as refused:
        import_kato(written(tmp_path, text), folder)
    assert any(message in line for line in refused.value.problems)
    assert all(line.startswith("register.csv: ") for line in refused.value.problems)
    assert sorted(file.name for file in folder.iterdir()) == before


def test_a_refused_register_leaves_the_one_before_in_force(folder, tmp_path):
    import_kato(written(tmp_path, COMMAS), folder)
    kept = (folder / FILE).read_bytes()
    with pytest.raises(BadConfig):
        import_kato(written(tmp_path, COMMAS + "\nnonsense"), folder)
    assert (folder / FILE).read_bytes() == kept


def test_types_numbers_and_towns_are_dropped_from_the_names():
    found = derive(read_register(COMMAS.encode(), "r"))
    assert [(p.district, p.kk, p.ru) for p in found.places] == [
        ("273200000", "Сауыртау", "Сауыртауский"),
        ("273200000", "Сауыртау", "Сауыртау"),
        ("273200000", "Мирасты", "Мирасты"),
        ("273200000", "Көлбасы", "Кольбасы"),
        ("395000000", "Новоприозёрное", "Новоприозёрное"),
        ("395000000", "Көлбасы", "Кольбасы"),
    ]


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory):
    above = tmp_path_factory.mktemp("register")
    shutil.copytree(CONFIG, above / "config")
    import_kato(written(above, COMMAS), above / "config")
    places = load_places(above / "config")
    assert problems(places) + name_problems(places) == []
    return compile_gazetteer(places)


FOUND = [
    # what the text shows                 text                                          region   district
    ("beside its word, kk",               "Сауыртау ауылында тұрамыз",                  "27",    "273200000"),
    ("beside its word, ru",               "с. Новоприозёрное, школа",                   "39",    "395000000"),
    ("the rural district, ru",            "Сауыртауский сельский округ",                "27",    "273200000"),
    ("with a capital and its case, kk",   "біз Мирастыда тұрамыз",                      "27",    "273200000"),
    ("with a capital and its case, ru",   "живём в Новоприозёрном",                     "39",    "395000000"),
    ("near it",                           "қой бағамыз, Мирасты маңында",               "27",    "273200000"),
    ("spoken, all in small letters",      "бала адасты сауыртау ауылының маңы",         "27",    "273200000"),
    ("of two regions, an oblast beside",  "ЗКО, Көлбасы ауылы",                         "27",    "273200000"),
    ("of two regions, a rayon beside",     "Қарабалық ауданы, Көлбасы ауылы",            "39",    "395000000"),
    ("of two regions, alone",             "Көлбасы ауылында тұрамын",                   None,    None),
    ("a word without a capital",          "мирасты киім алды",                          None,    None),
    ("a name at the start",               "Мирасты мені ұрды",                          None,    None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("what", "text", "region", "district"), FOUND, ids=[c[0] for c in FOUND]
)
def test_a_village_leads_to_its_region_and_a_shared_name_does_not(
    what, text, region, district, gazetteer
):
    decision = resolve_region(normalise(text), gazetteer)
    assert (decision.region, decision.district) == (region, district)


def test_a_shared_name_is_a_candidate_in_each_region_and_a_stated_one_chooses(gazetteer):
    text = normalise("Көлбасы ауылында тұрамын")
    alone = resolve_region(text, gazetteer)
    assert ({c.code for c in alone.candidates}, alone.asked) == ({"27", "39"}, True)
    assert resolve_region(text, gazetteer, stated="39").region == "39"


def test_a_district_without_a_code_gets_it_from_the_register(gazetteer):
    assert resolve_region(normalise("Сауран ауданы"), gazetteer).district == "612000000"


def test_the_command_writes_once_and_says_so(folder, tmp_path):
    file = written(tmp_path, COMMAS)
    first, second = (
        CliRunner().invoke(
            main, ["admin", "import-kato", str(file), "--config", str(folder)]
        )
        for _ in range(2)
    )
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "6 villages and rural districts, 3 districts" in first.output
    assert ("written" in first.output, "as it was" in second.output) == (True, True)
    assert "%" not in first.output  # short work is done before anybody wonders


def test_a_large_register_tells_how_far_it_is(folder, tmp_path):
    rows = [f"{HEAD}", *(f"71{n:07},,,,,0,Ауыл {n},Село {n},1" for n in range(1, 1200))]
    done = CliRunner().invoke(
        main,
        ["admin", "import-kato", str(written(tmp_path, "\n".join(rows))), "--config",
         str(folder)],
    )  # fmt: skip
    said = [line for line in done.output.splitlines() if line.endswith(" %")]
    assert said == [f"register.csv: {n}0 %" for n in range(1, 11)]


def test_the_command_names_line_and_remedy_and_fails(folder, tmp_path):
    file = written(tmp_path, f"{HEAD}\nabc,,,,,0,Сауыр ауылы,с.Сауыр,1")
    done = CliRunner().invoke(
        main, ["admin", "import-kato", str(file), "--config", str(folder)]
    )
    assert done.exit_code == 1
    assert "register.csv: line 2: key `te`: 'abc' is no code; nine digits" in done.output


def test_a_folder_that_cannot_be_written_is_named(folder, tmp_path):
    file = written(tmp_path, COMMAS)
    (folder / FILE).mkdir()  # a folder in the file's place: root may write everywhere
    with pytest.raises(BadConfig, match="cannot be"):
        import_kato(file, folder)


@pytest.mark.parametrize("content", [b"", b"{", b'{"version": 9}', b'{"places": [["27"]]}'])
def test_a_spoilt_derived_file_stops_the_start_with_its_name(content, folder):
    (folder / FILE).write_bytes(content)
    with pytest.raises(BadConfig, match=r"places_kato\.json: .*import-kato"):
        load_places(folder)


NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)


@given(st.lists(st.builds(KatoPlace, NAMES, NAMES, NAMES, NAMES), max_size=5))
def test_what_is_written_is_what_is_read(places):
    kept = KatoPlaces(districts={"270000000": "А"}, places=tuple(places))
    raw = encode_kato(kept)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "read_bytes", lambda _: raw)
        assert load_kato(Path()) == kept


CELLS = st.sampled_from(
    ["273230100", "27", "0", "", "Сауыр ауылы", "с.", '"', "\n", ",", "те"]
)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.lists(CELLS, max_size=40).map(",".join)))
def test_any_bytes_are_a_register_or_refused_with_a_line(content):
    raw = content if isinstance(content, bytes) else f"{HEAD}\n{content}".encode()
    refused: list[str] = []
    try:
        derive(read_register(raw, "r.csv"))
    except BadConfig as error:
        refused = error.problems
    assert all(line.startswith("r.csv: ") for line in refused)


def test_thousands_of_villages_cost_little():
    made = tuple(
        KatoPlace("27", "273200000", f"Ат{a}ыл{b}", f"Ат{a}ыл{b}")
        for a in "бвгджзклмнпрстфхцчшщ" * 4
        for b in ("ты", "дық", "бай", "көл", "тау", "сай", "шы", "нар") * 10
    )
    started = time.process_time()
    compile_villages(made)
    assert len(made) > 6000
    assert time.process_time() - started < 1.0  # seconds; 0.1 on an idle core
