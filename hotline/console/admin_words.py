"""Words of administration: weak passwords, devices, sign-ins, kinds of changes."""

from collections.abc import Mapping

WEAK = {
    "too_short": "Too short: at least 10 characters.",
    "too_long": "Too long: at most 200 characters.",
    "too_plain": "Too plain: letters that follow each other or repeat are guessed first.",
    "own_name": "It holds the user name: that is guessed first.",
    "too_common": "This is one of the passwords that are tried first. Choose another one.",
    "not_same": "The two are not the same. Please type both again.",
    "same": "This is the password of before.",
    "wrong_password": "The password of now is wrong.",
    "wrong_code": "This code is not right, or it was used already. Wait for the next one.",
    "locked_out": "Too many wrong tries. Please wait some minutes.",
    "wrong_link_code": "This code is not right. After a few wrong ones the link ends.",
    "factor_set": "The second step is on already.",
    "factor_needed": "Your role signs in with a code: it cannot be turned off.",
}
BROWSER = {
    "yandex": "Yandex Browser",
    "edge": "Edge",
    "opera": "Opera",
    "samsung": "Samsung Internet",
    "firefox": "Firefox",
    "chrome": "Chrome",
    "safari": "Safari",
}
SYSTEM = {
    "android": "Android",
    "iphone": "iPhone",
    "ipad": "iPad",
    "windows": "Windows",
    "mac": "Mac",
    "linux": "Linux",
}
CHANGED = {
    "role": "Role",
    "region": "Region",
    "languages": "Languages",
    "share": "Share of a post",
    "active": "May sign in",
    "bodies": "Body",
    "taken": "Taken away",
    "days": "Days",
    "factor": "Second step",
    "name": "Name",
    "username": "User name",
    "link": "Link to a password",
    "use": "111 uses it",
    "ground": "Ground",
    "file": "File",
}
CHANGE_WHAT = {
    "person": "Person",
    "name": "Name",
    "password": "Link to a password",
    "factor": "Second step",
    "rights": "Rights",
    "retention": "Keeping and deleting",
    "channel": "Foreign messengers",
}
CHANGE_STATE = {
    "waiting": "waits for a second person",
    "made": "made",
    "declined": "declined",
    "stale": "no longer fits",
}
CHANGE_WRONG = {
    "self_change": "Nobody changes themselves: ask another administrator.",
    "last_admin": "One administrator must be left.",
    "unknown_role": "Choose a role.",
    "unknown_region": "Choose a region.",
    "region_needed": "A commissioner needs a region.",
    "unknown_language": "Name at least one language.",
    "bad_share": "Give a share above 0 and at most 2.",
    "unknown_body": "There is no such body.",
    "unknown_position": "There is no such position.",
    "bad_username": "Use 3 to 40 small Latin letters, digits, dots or hyphens.",
    "username_taken": "This user name is taken.",
    "bad_name": "Give a name of at most 100 characters.",
    "nothing_changes": "It stands so already.",
    "one_waits": "Another change of it waits for a second person. Decide that one first.",
    "same_person": "Another person must agree.",
    "decided_already": "Somebody decided it already.",
    "changed_meanwhile": "It was changed since: look at how it stands now.",
    "not_made": "This was never made, so there is nothing to take back.",
    "not_undone": "This cannot be taken back.",
    "unknown_move": "There is no such move.",
    "needed_move": "This right stays: nobody in danger waits for a right.",
    "too_few_days": "The law or the rules ask to keep it longer.",
    "too_many": "Nobody keeps it that long.",
    "reason_missing": "Choose who asked for it.",
    "held_already": "This case is held already.",
    "no_such_case": "There is no such case.",
    "own_factor": "Everybody sets up their own second step.",
}
MOVE = {
    "offer": "Confirm and offer to a body",
    "accept": "Accept",
    "phone_handover": "Hand over by voice",
    "decline": "Decline with a reason",
    "return": "Return with a reason",
    "transfer": "Pass on to a person or body",
    "wrong_body": "Pass on as another body's matter",
    "refer": "Ask one more body, edit what a body is told",
    "part_done": "Report one's part as done",
    "note": "Write a note",
    "first_contact": "Record the first contact",
    "check": "Record the check",
    "safety": "Record safety",
    "outcome": "Record the outcome",
    "close": "Close",
    "close_by_exception": "Close by a lawful exception",
    "reopen": "Open again",
    "urgency": "Change the urgency",
    "emergency": "Hand over to 102, 103, 112",
    "pause": "Pause a deadline",
    "resume": "Let a deadline go on",
    "extend": "Extend a deadline",
    "extension_notice": "Tell the applicant of an extension",
    "register_appeal": "Register as an appeal",
    "found_child": "Record steps for a found child",
    "quality_call": "Record a quality call",
    "reread_urgency": "Read a lowered urgency again",
    "reveal": "See phone and name with a reason",
}
RELATION_TO_CASE = {
    "centre": "at 111",
    "lead": "where it leads",
    "helper": "where it helps",
    "oversight": "where it oversees",
}
KEPT = {
    "contact": "Contacts that were closed without a case",
    "case": "Closed cases",
    "child_case": "Closed cases of violence and neglect of children",
}
EVENTS = {
    "change_noted": "A change of administration was proposed or made",
    "change_decided": "A change of administration was decided",
    "people_exported": "The list of people was exported",
    "audit_read": "Looked into the log",
    "audit_exported": "The log was exported",
    "case_held": "A legal hold: the case is kept whatever its period",
    "case_hold_lifted": "The legal hold was lifted",
    "kept_long_enough": "Kept long enough: what was sealed was destroyed",
}
SIGN_IN = {
    "signed_in": "Signed in",
    "wrong_password": "Wrong password",
    "wrong_code": "Wrong code",
    "locked": "Tried while locked",
    "signed_out": "Signed out",
    "ended": "A session was ended",
    "password_changed": "The password was changed",
    "factor_set": "The second step was set up",
    "factor_removed": "The second step was taken away",
    "recovery_used": "A recovery code was used",
    "link_used": "The password was chosen by a link",
}
AUDIT = {
    "viewed": "Opened cases",
    "revealed": "Saw phone and name",
    "opened": "Opened pictures, voices, recordings",
    "exported": "Exported or printed",
    "changed": "Changed something",
    "signed_in": "Signed in and out",
    "failed": "Failed sign-ins",
}
HOLD = {
    "court": "a court",
    "investigation": "an investigation",
    "prosecutor": "the prosecutor",
    "complaint": "a complaint",
}
RULES_WRONG = {
    "bad_day": "This is no day. Write it as 2026-11-30.",
    "unknown_part": "Choose what the day becomes.",
    "reason_missing": "Say it in words.",
    "reason_long": "Say it in fewer words.",
    "bad_config": "The rules do not hold so. Look at the day again.",
}
DAY_OFF = {
    "exception": "declared a day off",
    "holiday": "public holiday",
    "weekend": "weekend",
    "worked": "a worked weekend day",
    "new_year": "New Year",
    "christmas": "Orthodox Christmas",
    "womens_day": "International Women's Day",
    "nauryz": "Nauryz",
    "unity_day": "Day of Unity of the People",
    "defender_day": "Defender of the Fatherland Day",
    "victory_day": "Victory Day",
    "capital_day": "Capital Day",
    "kurban_ait": "Kurban Ait",
    "constitution_day": "Constitution Day",
    "republic_day": "Republic Day",
    "first_president_day": "Day of the First President",
    "independence_day": "Independence Day",
    "moved_day_off": "a moved day off",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "weak": WEAK,
    "changed": CHANGED,
    "change_what": CHANGE_WHAT,
    "change_state": CHANGE_STATE,
    "change_wrong": CHANGE_WRONG,
    "move": MOVE,
    "relation_to_case": RELATION_TO_CASE,
    "kept": KEPT,
    "sign_in": SIGN_IN,
    "audit": AUDIT,
    "hold": HOLD,
    "rules_wrong": RULES_WRONG,
    "day_off": DAY_OFF,
}


def device(code: str) -> tuple[str, str]:
    """Return the names of browser and system; empty where they are not known."""
    browser, _, system = code.partition("-")
    return BROWSER.get(browser, ""), SYSTEM.get(system, "")
