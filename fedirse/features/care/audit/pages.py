"""The page of the audit log."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from fedirse.base import limits
from fedirse.base.errors import NotFound
from fedirse.base.roles import Permission
from fedirse.features.care.audit.views import render_csv, show_entry
from fedirse.social.accounts.visitors import page, site_of
from fedirse.storage.audit import AuditEntry, find_broken_entry, list_entries
from fedirse.storage.transaction import Transaction
from fedirse.web.rendering import page_language, render
from fedirse.web.visitor import Visitor


async def get_audit(request: Request, _visitor: Visitor) -> Response:
    """The log, the newest first; with `?check` also whether its chain is whole."""
    before = _number(request.query_params.get("before"))
    found, broken = await site_of(request).read(_read, before, "check" in request.query_params)
    shown = found[: limits.AUDIT_ENTRIES]
    language = page_language(request)
    context = {
        "entries": [show_entry(entry, language) for entry in shown],
        "older": shown[-1].number if len(found) > len(shown) else None,
        "is_first": before is None,
        "checked": "check" in request.query_params,
        "broken": broken,
    }
    return render(request, "audit/audit.html", context)


async def get_csv(request: Request, _visitor: Visitor) -> Response:
    """The whole log as a file."""
    entries = await site_of(request).read(list_entries, limit=limits.AUDIT_EXPORT_ENTRIES)
    headers = {"cache-control": "private, no-store", "content-disposition": 'attachment; filename="audit.csv"'}
    return Response(render_csv(reversed(entries)), headers=headers, media_type="text/csv")


def _read(tx: Transaction, before: int | None, check: bool) -> tuple[list[AuditEntry], int | None]:  # noqa: FBT001 - one caller
    found = list_entries(tx, before=before, limit=limits.AUDIT_ENTRIES + 1)
    return found, find_broken_entry(tx) if check else None


def _number(typed: str | None) -> int | None:
    if typed is None:
        return None
    if not (typed.isascii() and typed.isdigit() and len(typed) <= len("9223372036")):
        raise NotFound("no number of an entry")
    return int(typed)


ROUTES: list[BaseRoute] = [page("/site/audit", get_audit, Permission.CARE), page("/site/audit.csv", get_csv, Permission.CARE)]
