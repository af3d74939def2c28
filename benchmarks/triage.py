"""Triage quality on labelled messages: `python -m benchmarks.triage [FILE.jsonl]`.

Each line: id, text, category (a code of config/taxonomy.yaml), danger, region (or null).
Without a file the messages of the demo's past are judged: they are few, were written beside
the rules, and say nothing about messages that nobody here has seen.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from hotline.config.load import SHIPPED, load
from hotline.routing.triage import TriageFacts, compile_policy, triage

DEMO = Path(__file__).parents[1] / "hotline" / "demo_past.json"


def messages(path):
    if path is not None:
        return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
    told = json.loads(DEMO.read_text("utf-8"))
    return [
        {
            "id": index,
            "text": episode["text"],
            "category": episode["subcategory"],
            "danger": episode["urgency"] <= 1,
            "region": episode["region"],
        }
        for index, episode in enumerate(told)
        if "subcategory" in episode
    ]


def share(name, hits, of):
    print(f"{name:34} {hits:4} of {of:4}  {hits / of if of else float('nan'):.2f}")


def main():
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    policy = compile_policy(load(SHIPPED, datetime.now(UTC).date()))
    judged = [(m, triage(TriageFacts(text=m["text"]), policy)) for m in messages(path)]
    danger = [d for m, d in judged if m["danger"]]
    alarmed = [m for m, d in judged if d.danger]
    placed = [(m, d) for m, d in judged if m["region"]]
    told = [(m, d) for m, d in judged if d.region]
    share("danger: recall", sum(d.danger for d in danger), len(danger))
    share("danger: precision", sum(m["danger"] for m in alarmed), len(alarmed))
    share(
        "category: right",
        sum(d.subcategory == m["category"] for m, d in judged),
        len(judged),
    )
    near = sum(m["category"] in [a.code for a in d.alternatives[:3]] for m, d in judged)
    share("category: among the first three", near, len(judged))
    share("region: recall", sum(d.region == m["region"] for m, d in placed), len(placed))
    share("region: precision", sum(d.region == m["region"] for m, d in told), len(told))
    share("asks a person", sum(d.needs_human for _, d in judged), len(judged))


if __name__ == "__main__":
    main()
