"""Tags for whole blocks that speak: notices, warnings, interruptions, empty states, progress."""

from html import unescape

from django.template import Library
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from clew.node.design.tags.component import component
from clew.node.design.tags.values import checked_tone


def notice(content: str, title: str, tone: str = "info") -> SafeString:
    """Something the reader should know now; ``tone`` is info or good."""
    return component("notice", content=content, title=title, tone=checked_tone(tone))


def inset(content: str) -> SafeString:
    return component("inset", content=content)


def warning(content: str) -> SafeString:
    return component("warning", content=content)


def why(content: str, summary: str, open: bool = False) -> SafeString:
    """A disclosure: the question is visible, the answer opens."""
    return component("why", content=content, summary=summary, open=open)


def interruption(content: str, title: str) -> SafeString:
    """Before something that cannot be undone."""
    return component("interruption", content=content, title=title)


def confirmation(content: str, title: str, reference: str = "") -> SafeString:
    """After it is done: what happened, under which reference, what comes next."""
    return component("confirmation", content=content, title=title, reference=reference)


def empty_state(content: str, title: str, action: str = "", url: str = "") -> SafeString:
    """A list without entries: says what to do first."""
    return component("empty_state", content=content, title=title, action=action, url=url)


def side(content: str, title: str, tone: str = "info") -> SafeString:
    """One column of ``{% sides %}``."""
    return component("side", content=content, title=title, tone=checked_tone(tone))


def sides(content: str) -> SafeString:
    return component("sides", content=content)


def progress(
    content: str,
    done: int,
    total: int,
    label: str,
    *,
    id: str,
    poll_url: str = "",
    finished: bool = False,
) -> SafeString:
    """How far a long job is: ``done`` of ``total`` units; polls ``poll_url`` until finished."""
    return component(
        "progress",
        content=content,
        done=min(done, total),
        total=total,
        percent=100 * min(done, total) // total if total else 0,
        label=label,
        id=id,
        poll_url="" if finished else poll_url,
        finished=finished,
    )


def back_link(url: str, text: str = "") -> SafeString:
    return component("back_link", url=url, text=text)


def breadcrumbs(content: str) -> SafeString:
    return component("breadcrumbs", content=content)


def crumb(text: str, url: str = "") -> SafeString:
    """One step of the breadcrumbs; without address it is the page itself."""
    return component("crumb", text=text, url=url)


def words(content: str) -> str:
    """A block's words without its markup, for an attribute: ``{% words as name %}…{% endwords %}``."""
    return " ".join(unescape(strip_tags(content)).split())


def add_to(register: Library) -> None:
    for block in (
        notice,
        inset,
        warning,
        why,
        interruption,
        confirmation,
        empty_state,
        side,
        sides,
        progress,
        breadcrumbs,
        words,
    ):
        register.simple_block_tag(block)
    register.simple_tag(back_link)
    register.simple_tag(crumb)
