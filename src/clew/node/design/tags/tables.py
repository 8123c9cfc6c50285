"""``{% table %} columns {% body %} rows {% none %} empty state {% endtable %}``.

The columns come first, so that each cell knows its label: on a phone a row is a card and the
label stands before the value.
"""

from dataclasses import dataclass
from typing import Any, cast

from django.template import Context, Library, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.utils.safestring import SafeString

from clew.node.design.tags.component import component

_COLUMNS = "clew_table_columns"
_CELLS = "clew_row_cells"
_PAGING = ("page", "after", "before")


@dataclass(frozen=True)
class _Column:
    label: str
    numeric: bool
    sort_url: str = ""
    direction: str = ""


class TableNode(Node):
    child_nodelists = ("head", "body", "none")

    def __init__(
        self,
        caption: FilterExpression,
        options: dict[str, FilterExpression],
        parts: tuple[NodeList, NodeList, NodeList],
    ) -> None:
        self.caption = caption
        self.options = options
        self.head, self.body, self.none = parts

    def render(self, context: Context) -> SafeString:
        columns: list[_Column] = []
        with context.push(**{_COLUMNS: columns}):
            self.head.render(context)
            rows = self.body.render(context)
        if not rows.strip():
            return self.none.render(context)
        options = {name: value.resolve(context) for name, value in self.options.items()}
        return component("table", caption=self.caption.resolve(context), columns=columns, rows=rows, **options)


class RowNode(Node):
    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        with context.push(**{_CELLS: []}):
            cells = self.nodelist.render(context)
        return component("row", cells=cells)


def table(parser: Parser, token: Token) -> TableNode:
    """Parses the three parts; ``hidden_caption=True`` keeps the caption for screen readers only."""
    bits = token.split_contents()[1:]
    if not bits:
        raise TemplateSyntaxError("{% table %} needs a caption, for example {% table _('Cases') %}.")
    caption = parser.compile_filter(bits.pop(0))
    options = token_kwargs(bits, parser)
    if bits or set(options) - {"hidden_caption"}:
        raise TemplateSyntaxError("{% table caption hidden_caption=True %} takes nothing else.")
    head = parser.parse(("body",))
    parser.delete_first_token()
    body = parser.parse(("none", "endtable"))
    none = NodeList()
    if parser.next_token().contents == "none":
        none = parser.parse(("endtable",))
        parser.delete_first_token()
    return TableNode(caption, options, (head, body, none))


def row(parser: Parser, token: Token) -> RowNode:
    nodelist = parser.parse(("endrow",))
    parser.delete_first_token()
    return RowNode(nodelist)


def column(context: Context, label: str, sort: str = "", numeric: bool = False) -> str:
    """Adds a column; ``sort`` makes its header a link that sorts by this key."""
    url, direction = _sorting(context, sort) if sort else ("", "")
    context[_COLUMNS].append(_Column(str(label), numeric, url, direction))
    return ""


def _sorting(context: Context, key: str) -> tuple[str, str]:
    """The address that sorts by ``key`` (the other way round if it already does), and how it is now."""
    query = context["request"].GET.copy()
    now = query.get("sort", "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    query["sort"] = f"-{key}" if direction == "ascending" else key
    for name in _PAGING:
        query.pop(name, None)
    return f"?{query.urlencode()}", direction


def cell(context: Context, content: str, label: str = "", header: bool = False, numeric: bool = False) -> SafeString:
    """One cell; its label comes from the column unless given (a row fetched alone has no columns)."""
    seen = cast("list[Any]", context.get(_CELLS, []))
    columns = cast("list[_Column]", context.get(_COLUMNS, []))
    position = len(seen)
    seen.append(None)
    if not label and position < len(columns):
        label = columns[position].label
    return component("cell", content=content, label=label, header=header, numeric=numeric)


def add_to(register: Library) -> None:
    register.tag("table", table)
    register.tag("row", row)
    register.simple_tag(column, takes_context=True)
    register.simple_block_tag(cell, takes_context=True)
