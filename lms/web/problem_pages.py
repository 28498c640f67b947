"""`/problems/<code>`: what a problem's `type` means, as JSON and as a page."""

import functools
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response, get

from lms.kernel.actor import PUBLIC
from lms.kernel.problems import CODES, NotFound
from lms.kernel.schema import Out
from lms.web.pages import wants_page

SUMMARIES_ZH = {
    400: "無法讀取這個請求",
    401: "請先登入",
    403: "未獲授權",
    404: "沒有這個項目",
    405: "這個網址不接受此方法",
    406: "沒有所要求的格式",
    409: "目前的狀況不容許這樣做",
    410: "這個連結已失效",
    412: "資料已被他人更改",
    413: "請求的內容太大",
    415: "不接受這種媒體類型",
    422: "部分資料不正確",
    428: "請說明所見的版本",
    429: "請求太多，請稍後再試",
    500: "系統出現問題",
    503: "暫時未能提供服務",
}
"""What the statuses of `CODES` say, in Chinese."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Vary": "Accept",
}


class ProblemPageOut(Out):
    code: str
    status: int
    title: str


@get("/problems/{code:str}", needs=PUBLIC, operation_id="getProblemPage", tags=["system"])
async def problem_page(code: str, request: Request[Any, Any, Any]) -> Response[ProblemPageOut]:
    """What a problem's `type` means: JSON, or a page where the Accept header prefers one.

    Raises:
        NotFound: no such code.
    """
    known = CODES.get(code)
    if known is None:
        raise NotFound
    told = ProblemPageOut(code=code, status=known.status, title=known.title)
    if not wants_page(request.headers.get("accept", "")):
        return Response(told, headers={"Vary": "Accept"})
    page: Any = _template().render(
        code=code,
        status=known.status,
        title=known.title,
        summary_zh=SUMMARIES_ZH[known.status],
    )
    return Response(page, media_type=MediaType.HTML, headers=HEADERS)


@functools.cache
def _template() -> Any:  # noqa: ANN401 - Jinja2's template
    folder = Path(__file__).parent / "templates"
    made = Environment(loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined)
    return made.get_template("problem.html.j2")
