"""How long the language model reads: one thread, on the corpus' own validation messages."""

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from hotline.config.load import SHIPPED
from hotline.model.open import open_reader
from hotline.routing.triage import TriageFacts, compile_policy, triage
from hotline.triage_command import load_triage

EXAM = Path(__file__).parents[1] / "corpus" / "validation" / "exam.jsonl"
SHORT, LONG = 300, 2_500  # characters
ROUNDS = 200


def p95(times):
    return quantiles(times, n=20)[-1] * 1000


def timed(policy, reader, texts):
    took = []
    for text in texts:
        began = time.perf_counter()
        readings = reader.read([text]) if reader else [None]
        triage(TriageFacts(text), policy, readings[0], "bench")
        took.append(time.perf_counter() - began)
    return took


@dataclass(frozen=True, slots=True)
class Found:
    """Milliseconds, texts a second, megabytes."""

    short_ms: float
    rules_ms: float
    long_ms: float
    rate: float
    peak_mb: int


def run(rounds=ROUNDS):
    texts = [json.loads(line)["text"] for line in EXAM.read_text("utf-8").splitlines()]
    short = [text for text in texts if len(text) <= SHORT][:rounds]
    joined = " ".join(texts)
    long = [joined[at : at + LONG] for at in range(0, 20 * LONG, LONG)]
    policy = compile_policy(load_triage(SHIPPED))
    reader = open_reader(policy)
    timed(policy, reader, short[:5])
    whole, rules = timed(policy, reader, short), timed(policy, None, short)
    slow = timed(policy, reader, long)
    began = time.perf_counter()
    reader.read(short)
    rate = len(short) / (time.perf_counter() - began)
    peak = int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1])
    return Found(p95(whole), p95(rules), p95(slow), rate, peak // 1024)


def report(found):
    print(f"up to {SHORT} characters: p95 {found.short_ms:.0f} ms")
    print(f"the same by rules alone: p95 {found.rules_ms:.2f} ms")
    print(f"{LONG} characters: p95 {found.long_ms:.0f} ms")
    print(f"in batches: {found.rate:.0f} messages/s")
    print(f"this process at its peak: {found.peak_mb} MB")


if __name__ == "__main__":
    report(run())
