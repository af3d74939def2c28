"""Words of the directory of bodies: columns, states, what is wrong with a row or a plan."""

from collections.abc import Mapping

from hotline.config.directory_faults import REMEDIES

COLUMN = {
    "id": "Id",
    "kind": "Kind",
    "region": "Region",
    "district": "District",
    "name_kk": "Name in Kazakh",
    "name_ru": "Name in Russian",
    "status": "State",
    "valid_from": "First day",
    "valid_to": "Ends on",
    "parent": "Body above",
    "phone": "Phone",
    "hours": "Working hours",
    "languages": "Languages",
    "children": "Children in the territory",
    "capacity": "Most open cases at once",
    "has_login": "Works in this system",
    "body": "Body",
    "username": "User name",
    "position": "Position",
    "share": "Share of a post",
    "file": "File",
    "people": "People",
    "from_body": "Body that ends",
    "to_body": "Body that follows",
    "on_day": "From which day",
}
STATUS = {"active": "active", "planned": "planned"}
POSITION = {"head": "head", "deputy": "deputy", "specialist": "specialist"}
CHANGE = {"new": "new", "changed": "changed", "ended": "ends today"}
SUCCESSION_WRONG = {
    "unknown_body": "There is no such body.",
    "same_body": "A body cannot follow itself.",
    "past_day": "The day has passed. Choose today or a later day.",
    "another_place": "The bodies stand for different places.",
    "never_leads": "Such a body never leads cases.",
    "not_acting": "The body that follows does not act on that day. Correct its days first.",
    "unknown_person": "Name only people of the body that ends.",
    "succession_began": "It has begun and cannot be taken back.",
    "successions_once": "A plan for this body is there already.",
    "bad_day": "This is no day. Write it as 2026-11-30.",
    "body_stale": "Somebody else has changed this body. Look at it again.",
    "directory_stale": "The directory has changed since you looked. Look again.",
}
TABLES: Mapping[str, Mapping[str, str]] = {
    "body_column": COLUMN,
    "body_status": STATUS,
    "position": POSITION,
    "body_change": CHANGE,
    "body_fault": REMEDIES,
    "succession_wrong": SUCCESSION_WRONG,
}
