"""Words of the forms about deadlines: a found child, the call after closing."""

from collections.abc import Mapping

FOUND_STEP = {
    "found": "found",
    "registered": "entered into the Republican data bank",
    "in_hospital": "placed in a hospital",
    "placed_on": "placed on from the hospital",
}
CALL_RESULT = {
    "helped": "it helped",
    "not_helped": "it did not help",
    "refused": "did not want to talk",
    "no_answer": "no answer",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "found_step": FOUND_STEP,
    "call_result": CALL_RESULT,
}
