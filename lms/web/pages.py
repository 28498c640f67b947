"""Pages for people beside JSON for programs, at the same address."""


def wants_page(accept: str) -> bool:
    """Whether a client would rather have a page than JSON: browsers say so, programs rarely do."""
    html = accept.find("text/html")
    json = accept.find("application/json")
    return html >= 0 and (json < 0 or html < json)
