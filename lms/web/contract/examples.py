"""Examples of bodies in the contract: one invented course, company and person throughout.

A field's own `examples` come first; then the words below, by the field's name; then its type.
"""

import re
from typing import Any

ID = "01a21918-de5b-76ef-b669-99f0f5157321"
DIGEST = "5b1f0c7b6f1d3a6e0d4a9c2e8f7b5a1c3d2e4f60718293a4b5c6d7e8f9011223"
TOKEN = "k3JmWc0v2yQe7uRz5tXb9LhN1pSd4fGa6iOoKlMnBvC"  # noqa: S105 - an invented one
DEEPEST = 6
CHOICES = ("oneOf", "anyOf", "allOf")

BY_NAME: dict[str, Any] = {
    "access_token": "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9…",
    "action": "centre.registered",
    "actor_kind": "person",
    "code": "CPCS",
    "contact_minutes": 1440,
    "course_code": "CPCS",
    "course_title_en": "Certificate in Professional Customer Service",
    "course_title_zh_hant": "傑出顧客服務證書",
    "decider": "rule",
    "delimiter": ",",
    "digest": DIGEST,
    "email": "chan.tai.man@example.org",
    "en": "Harbour Contact Centre",
    "expires_in": 300,
    "external_id": "CPCS-0042",
    "family": "professional",
    "family_name_en": "Chan",
    "fee_hkd_cents": 480000,
    "file_name": "roster.csv",
    "given_name_en": "Tai Man",
    "ground": "paper_exam",
    "happened": "issued",
    "health": "ok",
    "job_role": "Customer service officer",
    "language": "zh-Hant",
    "name_en": "Harbour Contact Centre",
    "name_zh": "海港客服中心",
    "name_order": "family_first",
    "new_password": "a long sentence that nobody guesses",
    "organisation_en": "Harbour Services Limited",
    "organisation_name_en": "Harbour Services Limited",
    "organisation_name_zh": "海港服務有限公司",
    "organisation_zh": "海港服務有限公司",
    "outcome": "met",
    "pass_mark_percent": 60,
    "password": "a long sentence that nobody guesses",
    "percent": "90.00",
    "percentage": "90.00",
    "policy_version": 1,
    "prerequisite": "CCCP",
    "present_password": "a long sentence that nobody guesses",
    "printed_en": "Chan Tai Man",
    "printed_zh": "陳大文",
    "qualifying_course": "CPCS",
    "reason": "Checked against the paper file",
    "refresh_token": TOKEN,
    "resolution": "The roster was right; nothing to do",
    "role_level": "professional",
    "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "staff_number": "A1024",
    "standing": "valid",
    "state": "open",
    "status": "valid",
    "superseded_by": "APCSC-P-2026-000002-5",
    "title_en": "Certificate in Professional Customer Service",
    "title_en_status": "verified",
    "title_zh": "傑出顧客服務證書",
    "title_zh_hant": "傑出顧客服務證書",
    "token": TOKEN,
    "token_type": "Bearer",
    "topic": "complaints",
    "venue": "Room 3, Kowloon",
    "verification_code": TOKEN,
    "work_email": "tm.chan@harbour.example",
    "zh": "海港客服中心",
    "zh_hant": "海港客服中心",
    "zone": "Asia/Hong_Kong",
}
BY_FORMAT: dict[str, Any] = {
    "date": "2026-12-01",
    "date-time": "2026-12-01T01:00:00Z",
    "email": BY_NAME["email"],
    "uri": "https://lms.example.org/verify/" + TOKEN,
    "uuid": ID,
    "binary": "staff_number,name_en,first_day\nA1024,Chan Tai Man,2026-12-01\n",
}


class Examples:
    """Makes examples of the shapes of one document."""

    def __init__(self, schemas: dict[str, Any]) -> None:
        self._schemas = schemas

    def put_into(self, operation: dict[str, Any]) -> None:
        """Give an operation's body and its good answers an example each."""
        bodies = [operation.get("requestBody", {})]
        bodies += [one for code, one in operation["responses"].items() if code < "300"]
        for body in bodies:
            for media in body.get("content", {}).values():
                if "schema" in media and "example" not in media:
                    media["example"] = self.of(media["schema"])

    def of(self, schema: dict[str, Any], name: str = "", depth: int = 0) -> Any:  # noqa: ANN401 - JSON
        """An example that the schema allows."""
        if "$ref" in schema:
            return self.of(self._schemas[schema["$ref"].rpartition("/")[2]], name, depth)
        given = _given(schema)
        if given:
            return given[0]
        choices = next((schema[key] for key in CHOICES if key in schema), ())
        if choices:
            kinds = [one for one in choices if one.get("type") != "null"]
            bounds = {key: one for key, one in schema.items() if key not in CHOICES}
            return self.of(bounds | kinds[0], name, depth) if kinds and depth < DEEPEST else None
        if name in BY_NAME and _allows(schema, BY_NAME[name]):
            return BY_NAME[name]
        return self._of_type(schema, name, depth)

    def _of_type(self, schema: dict[str, Any], name: str, depth: int) -> Any:  # noqa: ANN401 - JSON
        kinds = schema.get("type", "object")
        match kinds if isinstance(kinds, str) else next(one for one in kinds if one != "null"):
            case "object":
                fields = schema.get("properties", {})
                return {one: self.of(part, one, depth + 1) for one, part in fields.items()}
            case "array":
                parts = schema.get("prefixItems", [schema.get("items", {})])
                return [self.of(part, name.removesuffix("s"), depth + 1) for part in parts]
            case "string":
                return BY_FORMAT.get(schema.get("format", ""), name.replace("_", " ") or "text")
            case "boolean":
                return False
            case _:
                return int(schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1))


def _given(schema: dict[str, Any]) -> list[Any]:
    """What the schema itself shows or fixes; a default only where nothing is shown."""
    if "const" in schema:
        return [schema["const"]]
    if schema.get("default") is not None:
        return [schema["default"]]
    shown: list[Any] = schema.get("examples") or schema.get("enum") or []
    return shown


def _allows(schema: dict[str, Any], value: object) -> bool:
    """Whether a word fits: a name may be a text here, and an object or a number there."""
    kind = {str: "string", int: "integer"}[type(value)]
    kinds = [schema.get("type")] + [
        one.get("type") for one in schema.get("oneOf", schema.get("anyOf", ()))
    ]
    if "format" in schema or not re.search(schema.get("pattern", ""), str(value)):
        return False
    return any(kind == one or (isinstance(one, list) and kind in one) for one in kinds)
