"""What region a text, a site, a stated code and a telephone number lead to."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.language.normalise import normalise
from hotline.routing.region import resolve_region
from tests.shipped import GAZETTEER

CONFIG = Path(__file__).parents[2] / "config"

SETTLED = [
    # what the text shows                      text                                            region
    ("a town, locative, kk",                   "Шымкентте тұрамын",                            "79"),
    ("a town, ablative, kk",                   "Шымкенттен жазып отырмын",                     "79"),
    ("a town, attributive, kk",                "Қызылордадағы мектеп",                         "43"),
    ("a town, prepositional, ru",              "мы в Караганде",                               "35"),
    ("a town, genitive, ru",                   "пишу из Караганды",                            "35"),
    ("a town's adjective, ru",                 "астанинская школа, пятый класс",               "71"),
    ("a town, Kazakh in Latin letters",        "shymkentte turamyn",                           "79"),
    ("a town, Russian in Latin letters",       "v pavlodare, shkola 5",                        "55"),
    ("a town, official Latin spelling",        "Atyrau qalasynda turamyz",                     "23"),
    ("a bare address",                         "Павлодар, Ломова 40",                          "55"),
    ("Almaty alone is the city",               "Алматыда тұрамыз",                             "75"),
    ("Almaty oblast, kk",                      "Алматы облысы, Талғар",                        "19"),
    ("Almaty oblast, ru",                      "в Алматинской области",                        "19"),
    ("Almaty district of Astana",              "Астана, Алматы ауданы",                        "71"),
    ("an oblast of two words",                 "в Западно-Казахстанской области",              "27"),
    ("an oblast's abbreviation, ru",           "живём в ВКО",                                  "63"),
    ("an oblast's abbreviation, kk",           "ШҚО-да тұрамыз",                               "63"),
    ("another abbreviation",                   "СКО, школа в селе",                            "59"),
    ("an old name",                            "мы из Целинограда",                            "71"),
    ("another old name",                       "в Усть-Каменогорске",                          "63"),
    ("an old name with suffix",                "Капчагайда тұрамыз",                           "19"),
    ("an old name that is a surname",          "живём в Шевченко",                             "47"),
    ("an old name beside the new",             "Семей, бұрынғы Семипалатинск",                 "10"),
    ("the old capital's name",                 "Нұр-Сұлтан қаласы",                            "71"),
    ("a town cut out of its old oblast",       "ВКО, Семей",                                   "10"),
    ("another such town",                      "Талдыкорган, Алматинская область",             "33"),
    ("Shymkent with its old oblast",           "ЮКО, г. Шымкент",                              "79"),
    ("an oblast chooses the rayon",            "Қарағанды облысы, Абай ауданы",                "35"),
    ("an oblast chooses the town",             "Ақсу қаласы, Павлодар облысы",                 "55"),
    ("a rayon's Russian adjective",            "Келесский район",                              "61"),
    ("a rayon, abbreviated",                   "Мактааральский р-н",                           "61"),
    ("a rayon without its word",               "Мақтааралда тұрамын",                          "61"),
    ("a rayon named like a town elsewhere",    "Целиноградский район",                         "11"),
    ("a city's district",                      "Ауэзовский район, 10 микрорайон",              "75"),
    ("a short name with its word",             "Есік қаласы",                                  "19"),
    ("a short name, abbreviated word",         "г. Шу, школа 3",                               "31"),
    ("Oral with an ending",                    "Оралда тұрамын",                               "27"),
    ("denied, then named",                     "я не в Алматы, а в Таразе",                    "31"),
    ("denied in Kazakh",                       "Балқаш емес, Таразда тұрамын",                 "31"),
    ("where one lives beats where from",       "живём в Караганде, отец из Алматы",            "35"),
    ("the same, kk",                           "Таразда тұрамыз, әкем Шымкенттен",             "31"),
    ("where the child was taken",              "увёз ребёнка в Астану",                        "71"),
    ("the same, kk",                           "баланы Шымкентке алып кетті",                  "79"),
    ("a street named like a city",             "Павлодар, проспект Астана 3",                  "55"),
    ("a person named like a district",         "Таразда тұрамыз, досым Абай көрді",            "31"),
    ("mixed languages",                        "помогите, біз Көкшетауда, мектеп 3",           "11"),
    ("shouted",                                "ПОМОГИТЕ МЫ В КОСТАНАЕ",                       "39"),
    ("we are in, one word, kk",                "Біз Сарыағаштамыз",                            "61"),
    ("a town's genitive that is a word too",   "Семейдің бір ауылынан жазып отырмын",          "10"),
    ("a station named after another city",     "на Алматинском вокзале в Астане",              "71"),
    ("a street before its town, kk",           "көше Алматы 5, Шымкент",                       "79"),
    ("the father works elsewhere",             "отец в Атырау на вахте, мы в Уральске",        "27"),
    ("born elsewhere",                         "Астанада туған, қазір Таразда тұрады",         "31"),
    ("a sentence of one name",                 "мені ұрады. Семей",                            "10"),
    ("after a landmark and a comma",           "у ТРЦ, Алматы",                                "75"),
    ("a heading",                              "Тараз: көмек керек",                           "31"),
    ("a town missing from the old list",       "Көкпекті ауданында",                           "10"),
    ("a spoken name",                          "в Уське живём",                                "63"),
    ("another spoken name",                    "из Шымика пишу",                               "79"),
    ("another old name",                       "мы из Кокчетава",                              "11"),
    ("the city called by its rank",            "Елорда, мектеп 5",                             "71"),
    ("one letter missing",                     "в Павлодре, помогите",                         "55"),
    ("one letter wrong",                       "Питропавловск живу",                           "59"),
    ("two letters swapped",                    "в карагнаде мы",                               "35"),
    ("the name in two words",                  "Талды корган, үй 5",                           "33"),
    ("joined to its qualifier",                "таразқаласында тұрамын",                       "31"),
    ("joined to its preposition",              "вшымкенте живу",                               "79"),
    ("the oblast abbreviated, ru",             "Павлод. обл., школа",                          "55"),
    ("the oblast abbreviated, no stop",        "актюб обл, интернат",                          "15"),
    ("I am of the place, kk",                  "екі балам бар, Тараздықпын",                   "31"),
    ("we are of the place, kk",                "Шахтинскіміз, көмек керек",                    "35"),
    ("not that one, of this one",              "Ақтөбе емес, Хромтаудікі",                     "15"),
    ("a town that is a surname, alone",        "балабақша асы жаман Сәтбаев",                  "62"),
    ("the same as a heading",                  "Қонаев, екі балам бар",                        "19"),
    ("a short name between commas",            "нужен уголь, Шу, двое детей",                  "31"),
    ("a short name as a heading",              "Шу. Бабушка просит совета",                    "31"),
    ("a small place beside жақ",               "балалар жұмыс істейді. Есік жақ",              "19"),
    ("living in a place called door",          "Есікте тұрамыз",                               "19"),
    ("a rayon known by its town only",         "Арыс ауд., медпункт",                          "61"),
    ("a village of a rayon",                   "с. Целиноградского р-на",                      "11"),
    ("English: the region",                    "We live in Almaty region",                     "19"),
    ("English: where we moved",                "We moved to Almaty, the paper is from Pavlodar", "75"),
    ("the city on paper, the town in fact",    "Қонаев, прописка Алматыда",                    "19"),
    ("an address beats who is asked",          "Көкшетау еңбек орталығы, Астанадан сұра дейді", "11"),
    ("a heading beats where they treat",       "Талдыкорган. Дочь лечили в Алматы",            "33"),
    ("where we live beats where they treat",   "живём в Таразе, в Шымкенте лечили",            "31"),
    ("the child has gone there",               "Қызым қашып Оралға кетті",                     "27"),
    ("the father works there, kk",             "әкем Астанада жұмыс істейді, біз Таразда тұрамыз", "31"),
    ("a micro-district that all know",         "стою на крыше, Майкудук",                      "35"),
    ("a micro-district beside its city",       "Алматы Ақсай екі",                             "75"),
    ("the district of the capital",            "Астана, район Байконур",                       "71"),
    ("a rayon of a new spelling",              "Казталов ауданы",                              "27"),
    ("an oblast's adjective chooses the rayon", "пурга на трассе. Акмолинская, Есильский",     "11"),
    ("it is not: but without her",             "зовёт на дачу без неё. Петропавловск",         "59"),
    ("or: but no denial, kk",                  "парацетамол ма не Көкшетау қаласы",            "11"),
    ("an island, but in Kazakh a town",        "Арал мектебі баланы алмайды",                  "43"),
    ("a city of the name that villages bear",  "Аксу, школа-лицей",                            "55"),
]  # fmt: skip

ASKED = [
    # what the text shows                      text                                candidates at least
    ("a rayon of several oblasts",             "Абай ауданы",                      {"10", "35", "79"}),
    ("the same, ru",                           "Жамбылский район",                 {"19", "31", "59"}),
    ("a town's name of several",             "Актоғай",                          {"10", "35", "55"}),
    ("a name alone",                           "Абай",                             {"10", "35"}),
    ("a district that may be a street",        "Сарыарка",                         {"71"}),
    ("two cities, none preferred",             "Алматы немесе Астана",             {"71", "75"}),
    ("two places one is in",                   "я в Таразе, сестра в Алматы",      {"31", "75"}),
    ("where the father went, not the child",   "муж уехал в Астану",               {"71"}),
    ("left the town",                          "Шымкенттен көшіп кеттік",          {"79"}),
    ("a village's name of many",               "село Октябрьское",                 {"39"}),
    ("a stranger's town",                      "ей пишет дядя Марат из Шымкента",  {"79"}),
    ("where the father works",                 "папа в Астане на вахте",           {"71"}),
    ("a rayon and a town of one name",         "Әйтекебидегі дәрігер",             {"15", "43"}),
]  # fmt: skip

NO_PLACE = [
    # what the text shows                      text
    ("shouted at me, ru",                      "он орал на меня"),
    ("shouted, at the start",                  "Орал и бил посуду"),
    ("next, kk",                               "келесі аптада"),
    ("the door, kk",                           "есік жабық, кіре алмаймын"),
    ("at the door, kk",                        "есікте тұр"),
    ("scales, kk",                             "таразыға тұрдым"),
    ("good, kk",                               "жақсы адам, рахмет"),
    ("forward, kk",                            "алға қарай"),
    ("society, kk",                            "қоғам, достық, бостандық"),
    ("big, kk",                                "үлкен ағам"),
    ("May holidays, ru",                       "майские праздники"),
    ("of families, ru",                        "из неблагополучных семей"),
    ("a street, ru",                           "улица Абая 5"),
    ("a street, kk",                           "Абай көшесі 5"),
    ("a street, abbreviated",                  "Абай к-сі, 12 үй"),
    ("an avenue",                              "проспект Астана"),
    ("a school's name",                        "Абай атындағы мектеп"),
    ("a boy's name",                           "Абай деген бала ұрды"),
    ("the country",                            "Қазақстанда тұрамын"),
    ("next month, clipped",                    "мамам айтты келес айда"),
    ("denied alone",                           "не в Алматы"),
    ("when one looks, kk",                     "бұрынғыға қарағанда жақсы"),
    ("warm, kk",                               "бөлме жылы екен"),
    ("housing, ru",                            "обещали служебное жильё"),
    ("a bucket, kk",                           "төбеден су тамады, шелек қоямыз"),
    ("I will not return, kk",                  "үйге қайтпаймын"),
    ("limps, kk",                              "аяғым ақсайды"),
    ("a lion, kk",                             "ол арыстандай айқайлады"),
    ("money, kk",                              "бес жүз теңге сұрады"),
    ("a family matter, ru",                    "семейный психолог есть?"),
    ("along a street, ru",                     "садик на Сатпаева"),
    ("a street with its house, ru",            "Сатпаева 22"),
    ("another country's land",                 "Алтайский край"),
    ("denied with what is near it, kk",        "Қордай жағы емес"),
    ("our secret, kk",                         "бұл екеуміздің сырымыз"),
    ("nothing",                                ""),
]  # fmt: skip


def resolve(text, **facts):
    return resolve_region(normalise(text), GAZETTEER, **facts)


@pytest.mark.parametrize(("what", "text", "region"), SETTLED, ids=[c[0] for c in SETTLED])
def test_a_text_settles_the_region(what, text, region):
    decision = resolve(text)
    assert (decision.region, decision.asked) == (region, False)


@pytest.mark.parametrize(("what", "text", "among"), ASKED, ids=[c[0] for c in ASKED])
def test_an_unsettled_text_gives_candidates_and_asks(what, text, among):
    decision = resolve(text)
    assert (decision.region, decision.asked) == (None, True)
    assert among <= {candidate.code for candidate in decision.candidates}


@pytest.mark.parametrize(("what", "text"), NO_PLACE, ids=[c[0] for c in NO_PLACE])
def test_words_that_only_look_like_places_give_nothing(what, text):
    decision = resolve(text)
    assert (decision.region, decision.candidates, decision.asked) == (None, (), False)


@pytest.mark.parametrize(
    ("what", "text", "facts", "region", "asked"),
    [
        ("a site beats the text",             "в Алматы", {"site": "71"},             "71", False),
        ("a site's district counts",          "",         {"site": "711310000"},      "71", False),
        ("the text beats what was stated",    "в Алматы", {"stated": "71"},           "75", True),
        ("stated, when the text is silent",   "бьют",     {"stated": "71"},           "71", False),
        ("stated by name",                    "бьют",     {"stated": "Алматы облысы"}, "19", False),
        ("stated chooses among candidates",   "Актогай",  {"stated": "55"},           "55", False),
        ("stated outside the candidates",     "Актогай",  {"stated": "71"},           "71", True),
        ("a landline, when all is silent",    "бьют",     {"phone": "+7 7172 12-34-56"}, "71", False),
        ("the longest prefix wins",           "бьют",     {"phone": "87272512345"},   "19", False),
        ("a landline chooses",                "Актогай",  {"phone": "+77187512345"},  "55", False),
        ("a mobile number tells nothing",     "бьют",     {"phone": "+77011234567"},  None, False),
        ("stated beats a landline",           "бьют", {"stated": "63", "phone": "87172123456"}, "63", False),
    ],
)  # fmt: skip
def test_other_sources_come_in_their_order(what, text, facts, region, asked):
    decision = resolve(text, **facts)
    assert (decision.region, decision.asked) == (region, asked)


@pytest.mark.parametrize("code", ["99", "7", "711", "abc", "7١", "999999999", "x" * 500])
def test_an_unknown_stated_code_is_ignored_and_recorded(code):
    decision = resolve("бьют", stated=code)
    assert decision.region is None
    assert [(one.kind, one.rule) for one in decision.ignored] == [
        ("stated", "unknown_code")
    ]


def test_the_district_is_named_when_the_text_names_it():
    assert resolve("Қарағанды облысы, Абай ауданы").district == "353200000"
    assert resolve("Сарыаркинский район Астаны").district == "711310000"


def test_candidates_carry_evidence_and_a_span_of_the_text():
    text = "мы в Караганде"
    (candidate,) = resolve(text).candidates
    start, end = candidate.span
    assert (candidate.evidence.kind, text[start:end]) == ("town", "Караганде")


PIECES = st.sampled_from(
    ["Алматы", "не", "в", "Абай", "облысы", "ауданы", "р-н", "г.", "емес", "Орал", "Усть",
     "Алма", "улица", "ВКО", "көшесі", "из", "уехал", ",", "\n", "<b>", "қ.", "\u200b"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map(" ".join)),
    st.text(max_size=20),
)
def test_any_text_gives_a_decision_with_spans_inside_it(text, given_code):
    decision = resolve(text, site=given_code, stated=given_code, phone=given_code)
    for candidate in decision.candidates:
        assert candidate.code in GAZETTEER.regions
        if candidate.span is not None:
            start, end = candidate.span
            assert 0 <= start < end <= len(text)
