"""Triage quality on labelled messages: `python -m benchmarks.triage [FILE.jsonl ...]`.

Without a file the corpus' validation and test parts are judged. Each line has id, text,
category (a code, or one of the coarse themes), danger, urgency, region, and may have accept,
conflict, lang and channel; `danger_flag` and the words critical, high, normal, info are read
too. Every share is printed with its 95 % interval (Wilson 1927).
"""

import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks.themes import NEAREST, THEMES, answers
from hotline.config.load import SHIPPED
from hotline.model.open import open_reader
from hotline.quality.share import share_of
from hotline.routing.triage import TriageDecision, TriageFacts, compile_policy, triage
from hotline.triage_command import load_triage

CORPUS = Path(__file__).parents[1] / "corpus"
URGENCY = {"critical": 0, "high": 1, "normal": 3, "info": 4}
STREAM_DANGER = 0.015  # share of danger in a realistic stream
FIRST = 0.10  # of the queue, sorted by danger_score


@dataclass(frozen=True, slots=True)
class Judged:
    """One labelled message and what triage says of it."""

    lang: str
    channel: str
    theme: str
    code: str | None
    accept: tuple[str, ...]
    danger: bool
    urgency: int
    region: str | None
    conflict: bool | None
    said: TriageDecision

    @property
    def top(self):
        return self.said.subcategory

    @property
    def right(self):
        return answers(self.theme, self.top)

    @property
    def lenient(self):
        return self.right or any(
            answers(other, self.top) if other in THEMES else other == self.top
            for other in self.accept
        )

    @property
    def among_three(self):
        return any(answers(self.theme, one.code) for one in self.said.alternatives[:3])


def read(paths):
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            if line.strip():
                yield json.loads(line)


def judge(rows):
    policy = compile_policy(load_triage(SHIPPED))
    reader = open_reader(policy)
    texts = [row["text"] for row in rows]
    readings = reader.read(texts) if reader else [None] * len(rows)
    for row, reading in zip(rows, readings, strict=True):
        facts = TriageFacts(text=row["text"], channel=row.get("channel", ""))
        said = triage(facts, policy, reading, reader.version if reader else "")
        label, urgency = row["category"], row.get("urgency", 3)
        yield Judged(
            lang=row.get("lang", "?"),
            channel=row.get("channel", "?"),
            theme=label if label in THEMES else NEAREST[label],
            code=None if label in THEMES else label,
            accept=tuple(row.get("accept", ())),
            danger=bool(row.get("danger", row.get("danger_flag"))),
            urgency=URGENCY[urgency] if isinstance(urgency, str) else urgency,
            region=row.get("region"),
            conflict=bool(row["conflict"]) if "conflict" in row else None,
            said=said,
        )


def share(name, hits, of, goal=""):
    if not of:
        return
    found = share_of(hits, of)
    low, high = found.low, found.high
    print(f"  {name:44} {hits / of:.3f}  ({low:.3f} to {high:.3f})  {hits} of {of}  {goal}")


def macro_f1(judged):
    scores = []
    for theme in {one.theme for one in judged}:
        found = [one for one in judged if one.theme == theme]
        hits = sum(one.right for one in found)
        false = sum(
            not one.right and NEAREST[one.top] == theme
            for one in judged
            if one.theme != theme
        )
        scores.append(2 * hits / (len(found) + hits + false))
    return sum(scores) / len(scores)


def danger(judged):
    true = [one for one in judged if one.danger]
    alarmed = [one for one in judged if one.said.danger]
    share("danger: recall", sum(o.said.danger for o in true), len(true), ">= 0.97")
    share("danger: precision", sum(o.danger for o in alarmed), len(alarmed), ">= 0.60")
    now = [one for one in judged if one.urgency == 0]
    share("critical: flagged", sum(o.said.danger for o in now), len(now), "all")
    info = [one for one in judged if one.urgency == 4]
    share(
        "information flagged as danger",
        sum(o.said.danger for o in info),
        len(info),
        "<= 0.12",
    )


def topic(judged):
    print(f"  {'category: macro-F1':44} {macro_f1(judged):.3f}  >= 0.70")
    share("category: right", sum(o.right for o in judged), len(judged))
    share(
        "category: right or defensible",
        sum(o.lenient for o in judged),
        len(judged),
        ">= 0.78",
    )
    share(
        "category: among the first three",
        sum(o.among_three for o in judged),
        len(judged),
        ">= 0.92",
    )
    coded = [one for one in judged if one.code]
    share("code of 61: right", sum(o.code == o.top for o in coded), len(coded))
    calm = [one for one in judged if not one.said.needs_human]
    share("asks nobody", len(calm), len(judged), ">= 0.45")
    share("asks nobody: right", sum(o.right for o in calm), len(calm), ">= 0.90")
    share("asks nobody: right or defensible", sum(o.lenient for o in calm), len(calm))


def rest(judged):
    met = sum(o.urgency == (3 if o.said.urgency == 2 else o.said.urgency) for o in judged)
    share("urgency: right (2 and 3 are one)", met, len(judged), ">= 0.75")
    placed = [one for one in judged if one.region]
    told = [one for one in judged if one.said.region]
    share(
        "region: recall",
        sum(o.said.region == o.region for o in placed),
        len(placed),
        ">= 0.95",
    )
    share(
        "region: precision",
        sum(o.said.region == o.region for o in told),
        len(told),
        ">= 0.97",
    )
    power = [one for one in judged if one.conflict]
    hinted = [one for one in judged if one.said.conflict_hint and one.conflict is not None]
    share(
        "conflict: recall",
        sum(bool(o.said.conflict_hint) for o in power),
        len(power),
        ">= 0.95",
    )
    share("conflict: precision", sum(bool(o.conflict) for o in hinted), len(hinted))


def stream(judged):
    """As if the harmless messages here were the whole harmless stream, 98.5 % of it."""
    true = [one.said.danger_score for one in judged if one.danger]
    calm = sorted((one.said.danger_score for one in judged if not one.danger), reverse=True)
    if not true or not calm:
        return
    room = FIRST - STREAM_DANGER  # nearly all of the danger stands before the cut
    cut = calm[min(len(calm) - 1, int(room / (1 - STREAM_DANGER) * len(calm)))]
    share(
        "stream of 1.5 %: danger in the first 10 %",
        sum(s > cut for s in true),
        len(true),
        ">= 0.97",
    )
    false = sum(one.said.danger for one in judged if not one.danger)
    per = 1000 * (1 - STREAM_DANGER) * false / len(calm)
    print(f"  {'stream: false urgency 0-1 per 1,000':44} {per:.0f}  <= 40")


def groups(judged, name):
    found = defaultdict(list)
    for one in judged:
        found[getattr(one, name)].append(one)
    for key, some in sorted(found.items(), key=lambda pair: -len(pair[1])):
        true = [one for one in some if one.danger]
        print(f"  {name} {key}: {len(some)} messages")
        share("  danger: recall", sum(o.said.danger for o in true), len(true))
        alarmed = [one for one in some if one.said.danger]
        share("  danger: precision", sum(o.danger for o in alarmed), len(alarmed))
        share("  category: right", sum(o.right for o in some), len(some))


def report(name, rows):
    judged = list(judge(rows))
    print(f"\n{name}: {len(judged)} messages, {judged[0].said.model_version}")
    for part in (danger, topic, rest, stream):
        part(judged)
    for part in ("lang", "channel"):
        groups(judged, part)


def main():
    given = [Path(argument) for argument in sys.argv[1:]]
    sets = (
        [(path.name, [path]) for path in given]
        if given
        else [
            (part, sorted((CORPUS / part).glob("*.jsonl")))
            for part in ("validation", "test")
        ]
    )
    for name, paths in sets:
        report(name, list(read(paths)))


if __name__ == "__main__":
    main()
