"""Tags for lists: summary list, task list, timeline, and the ways through long lists."""

import datetime
from typing import Any

from django.core.paginator import Page
from django.template import Context, Library
from django.utils.safestring import SafeString

from clew.node.design.tags.component import component
from clew.node.design.tags.values import checked_tone, when


def summary_list(content: str) -> SafeString:
    return component("summary_list", content=content)


def item(content: str, key: str, change_url: str = "", change_label: str = "") -> SafeString:
    """One row of a summary list; the change link is read out together with its key."""
    return component("item", content=content, key=key, change_url=change_url, change_label=change_label)


def task_list(content: str) -> SafeString:
    return component("task_list", content=content)


def task(title: str, status: str, tone: str = "neutral", url: str = "", hint: str = "") -> SafeString:
    """One thing to do before sending; without address it cannot be started yet."""
    return component("task", title=title, status=status, tone=checked_tone(tone), url=url, hint=hint)


def timeline(content: str) -> SafeString:
    return component("timeline", content=content)


def event(content: str, moment: datetime.datetime, title: str, by: str = "") -> SafeString:
    """One event of a timeline."""
    return component("event", content=content, when=when(moment), title=title, by=by)


def pager(previous: str = "", next: str = "", summary: str = "") -> SafeString:
    """Keyset paging: only where there is more, no count of pages."""
    return component("pager", previous=previous, next=next, summary=summary)


def page_links(context: Context, page: Page[Any], parameter: str = "page") -> SafeString:
    """Numbered pages of a Django ``Page``; the rest of the address is kept."""
    request = context["request"]
    links = [
        {"number": number, "url": _with(request, parameter, number), "current": number == page.number}
        if isinstance(number, int)
        else {"number": None}
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    ]
    return component(
        "page_links",
        links=links if page.paginator.num_pages > 1 else [],
        previous=_with(request, parameter, page.number - 1) if page.has_previous() else "",
        next=_with(request, parameter, page.number + 1) if page.has_next() else "",
    )


def _with(request: Any, parameter: str, number: int) -> str:
    query = request.GET.copy()
    query[parameter] = str(number)
    return f"?{query.urlencode()}"


def add_to(register: Library) -> None:
    for block in (summary_list, item, task_list, timeline, event):
        register.simple_block_tag(block)
    register.simple_tag(task)
    register.simple_tag(pager)
    register.simple_tag(page_links, takes_context=True)
