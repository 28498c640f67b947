"""How the contract tells problems (RFC 9457): a response for each status, with its codes."""

from typing import Any

from lms.kernel.problems import CODES
from lms.web.problem_responses import MEDIA_TYPE

SCHEMAS: dict[str, Any] = {
    "Problem": {
        "title": "Problem",
        "description": "RFC 9457; `type` names the kind for ever and is the address of its page.",
        "type": "object",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string", "format": "uri-reference"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "request_id": {"type": "string"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/Fault"}},
        },
    },
    "Fault": {
        "title": "Fault",
        "description": "One thing wrong with the request; `pointer` leads to it in the body.",
        "type": "object",
        "required": ["pointer", "code", "detail"],
        "properties": {
            "pointer": {"type": "string", "format": "json-pointer"},
            "code": {"type": "string"},
            "detail": {"type": "string"},
        },
    },
}
PLAIN = {
    400: "unreadable",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    410: "link_not_open",
    412: "stale_revision",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    428: "revision_required",
    429: "too_many_requests",
    503: "unavailable",
}
"""Each status that operations tell, and the code of its example."""

FAULT = {"pointer": "/email", "code": "missing", "detail": "Field required"}


def responses() -> dict[str, Any]:
    """The components' responses, by the names that `references` uses."""
    return {_name(status): _response(status) for status in PLAIN}


def references(path: str, operation: dict[str, Any], *, signed_in: bool) -> dict[str, Any]:
    """Which problems an operation may answer, by what it takes and who may."""
    headers = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
    statuses = {429, 503}
    if signed_in or "/auth/" in path:
        statuses |= {401, 403}
    if "{" in path or signed_in:
        statuses |= {404}
    if "requestBody" in operation:
        statuses |= {400, 409, 410, 413, 415, 422}
    if operation.get("parameters"):
        statuses |= {400, 422}
    if "If-Match" in headers:
        statuses |= {412, 428}
    if "Idempotency-Key" in headers or "If-Match" in headers or signed_in:
        statuses |= {409}
    return {
        str(status): {"$ref": f"#/components/responses/{_name(status)}"}
        for status in sorted(statuses)
    }


def _response(status: int) -> dict[str, Any]:
    codes = [code for code, known in CODES.items() if known.status == status]
    example: dict[str, Any] = {
        "type": f"/problems/{PLAIN[status]}",
        "title": CODES[PLAIN[status]].title,
        "status": status,
        "request_id": "01a2191f1eef76e9ba77ee7bccac9b5b",
    }
    if PLAIN[status] == "invalid":
        example["errors"] = [FAULT]
    return {
        "description": f"{CODES[PLAIN[status]].title}. Codes: {', '.join(codes)}.",
        "content": {
            MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
        },
    }


def _name(status: int) -> str:
    return "".join(part.capitalize() for part in PLAIN[status].split("_"))
