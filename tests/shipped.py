"""The shipped rules, compiled once a test process: every module that asks costs a second else."""

from pathlib import Path

from hotline.routing.triage import compile_policy
from hotline.triage_command import load_triage

CONFIG = Path(__file__).parents[1] / "config"
FILES = load_triage(CONFIG)
POLICY = compile_policy(FILES)
GAZETTEER = POLICY.gazetteer
