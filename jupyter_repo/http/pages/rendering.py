"""A notebook as static HTML. Notebooks are hostile: what leaves here holds no script, no style, no foreign address.

Cells are laid out by our own template; Markdown, ANSI colours and highlighting come from nbconvert and pygments;
whatever may hold HTML goes through an allow-list (nh3) last, and only formulas we built ourselves are put in after it.
"""

from __future__ import annotations

import base64
import binascii
import re
import secrets
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import nbformat
import nh3
from markupsafe import Markup
from pygments.token import STANDARD_TYPES

from .bounds import Budget, bearable, bearable_markdown
from .formulas import mathml
from .interactive import needs_script

MAX_TEXT = 100_000
"""characters of one output that are shown"""
MAX_LINE = 500
"""characters of a line of code that is still coloured: pygments takes their square, 90,000 dots would take minutes"""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
ANCHOR = "text-"
"""what the ids of headings begin with"""
IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_CLASS = re.compile(r"highlight|anchor-link|ansi-[a-z0-9-]+|dataframe|language-[a-z0-9+-]+")
_HIGHLIGHT = frozenset(STANDARD_TYPES.values()) - {""}
"""pygments' classes"""
_ATTRIBUTES = r'(?: [a-z]+="[^"]*")*'
_NAMED = re.compile(rf'(<h[1-6]{_ATTRIBUTES} id="|<a{_ATTRIBUTES} class="anchor-link" href="#)(text-[^"]*)"')
"""what names a heading, and the link to it that stands in it; in what nh3 wrote an attribute's value has no quotes"""
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EMPTY_PICTURE = re.compile(r'<img(?: (?!src=)[a-z]+="[^"]*")*>')
_TAGS = nh3.ALLOWED_TAGS | {"section", "details", "summary", "figure", "figcaption", "mark", "small"}


@dataclass(frozen=True)
class Output:
    """One output of a cell: `kind` is `html`, `text`, `image`, `error`, `note`, `warning` or `script`."""

    kind: str
    content: Markup | str


@dataclass(frozen=True)
class Cell:
    """One cell, ready for the template."""

    kind: str
    source: Markup
    number: int | None = None
    outputs: list[Output] = field(default_factory=list)


def render(content: bytes) -> str:
    """The body of a notebook's page, safe to stand in it as it is."""
    from .base import templates

    notebook = nbformat.reads(content.decode("utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    language, budget = _language(notebook), Budget()
    cells = [_plain(cell) if budget.spent else _cell(cell, language) for cell in notebook.cells]
    body = templates().get_template("notebook_body.html").render(cells=cells)
    return _told(_distinct(body))


def readme(source: str, *, is_markdown: bool) -> str:
    """The description of a package, safe to stand in its page."""
    return _told(str(markdown(source))) if is_markdown else str(as_text(source))


def _told(html: str) -> str:
    """With a word about the pictures that are left out."""
    count = len(_EMPTY_PICTURE.findall(html))
    if not count:
        return html
    subject = "1 picture is not shown: it stands" if count == 1 else f"{count} pictures are not shown: they stand"
    said = f"{subject} outside of this text, and fetching from there would tell others who reads it."
    return f'{html}<p class="left-out">{said}</p>'


def _distinct(html: str) -> str:
    """Each name of a heading once in a page: further ones get a number, as their own links do."""
    taken, times, now = set[str](), Counter[str](), dict[str, str]()

    def name(match: re.Match[str]) -> str:
        asked = found = match[2]
        if match[1].startswith("<h"):
            while found in taken:
                times[asked] += 1
                found = f"{asked}-{times[asked]}"
            taken.add(found)
            now[asked] = found
        return f'{match[1]}{now.get(asked, asked)}"'

    return _NAMED.sub(name, html)


def output(said: dict[str, Any]) -> list[Output]:
    """One output, as the notebook format has it."""
    return _outputs([nbformat.from_dict(said)])  # type: ignore[no-untyped-call]


def text(source: str, attachments: dict[str, Any]) -> Markup:
    """A Markdown cell with the pictures in it."""
    return markdown(_attached(source, attachments))


def _language(notebook: Any) -> str:
    metadata = notebook.metadata
    for key, word in (("language_info", "name"), ("kernelspec", "language")):
        said = metadata.get(key)
        if isinstance(said, dict) and said.get(word):
            return str(said[word])
    return "python"


def _plain(cell: Any) -> Cell:
    """A cell as it is written."""
    return Cell(str(cell.cell_type), as_text(_text(cell.source)))


def _cell(cell: Any, language: str) -> Cell:
    source = _text(cell.source)
    if cell.cell_type == "markdown":
        return Cell("markdown", markdown(_attached(source, cell.get("attachments") or {})))
    if cell.cell_type == "code":
        outputs = [*_turned(source), *_outputs(cell.outputs)]
        return Cell("code", highlight(source, language), cell.get("execution_count"), outputs)
    return Cell("raw", as_text(source))


def _turned(source: str) -> list[Output]:
    """A warning where code is not what it looks like: some characters turn the text around them (CVE-2021-42574)."""
    found = sorted({f"U+{ord(one):04X}" for one in _TURNING.findall(source)})
    text = f"This code has characters that change the order in which it is shown: {', '.join(found)}."
    return [Output("warning", text)] if found else []


def as_text(source: str) -> Markup:
    """A text as it is written, shortened."""
    rest = len(source) - MAX_TEXT
    more = f"\n… {rest} more characters" if rest > 0 else ""
    return Markup("<pre>{}{}</pre>").format(source[:MAX_TEXT], more)


def _text(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value)


def _attached(source: str, attachments: dict[str, Any]) -> str:
    for name, bundle in attachments.items():
        for kind in IMAGES:
            if kind in bundle:
                source = source.replace(f"attachment:{name}", f"data:{kind};base64,{_base64(bundle[kind])}")
    return source


def markdown(source: str) -> Markup:
    """Markdown, sanitised, with its formulas as MathML."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    if not bearable_markdown(source):
        return as_text(source)
    nonce, formulas = secrets.token_hex(8), list[Markup]()

    def keep(tex: str, *, block: bool) -> str:
        formulas.append(mathml(tex, block=block))
        return f'<var title="{nonce}:{len(formulas) - 1}"></var>'

    class Renderer(IPythonRenderer):
        def _embed_image_or_attachment(self, src: str) -> str:
            return src  # the cell's own are in the text already, and one that is missing is a picture less, no error

        def inline_math(self, body: str) -> str:
            return keep(body, block=False)

        def block_math(self, body: str) -> str:
            return keep(body, block=True)

        def latex_environment(self, name: str, body: str) -> str:
            return keep(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True)

    html = clean(MarkdownWithMath(renderer=Renderer(escape=False)).render(source))
    # An element, not a word, marks the place: in an attribute its quotes would be escaped, so that a formula can only
    # ever stand where text stands.
    place = re.compile(rf'<var title="{nonce}:(\d+)"></var>')
    return Markup(place.sub(lambda match: str(formulas[int(match[1])]), str(html)))  # noqa: S704


def highlight(source: str, language: str) -> Markup:
    """Code with pygments' classes; plain where the language is unknown, or the cell or a line of it is very long."""
    from pygments import highlight as paint
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if len(source) > MAX_TEXT or max(map(len, source.split("\n"))) > MAX_LINE:
        return as_text(source)
    try:
        lexer = get_lexer_by_name("ipython3" if language == "python" else language)
    except ClassNotFound:
        lexer = get_lexer_by_name("text")
    return clean(paint(source, lexer, HtmlFormatter(cssclass="highlight")))


def _outputs(outputs: Any) -> list[Output]:
    shown: list[Output] = []
    for output in outputs:
        if output.output_type == "stream":
            shown.append(Output("text", ansi(_text(output.text))))
        elif output.output_type == "error":
            shown.append(Output("error", ansi("\n".join(output.traceback) or f"{output.ename}: {output.evalue}")))
        else:
            found = _richest(output.data)
            if found is not None:
                shown.append(found)
            if needs_script(output.data):
                shown.append(Output("script", ""))
    return shown


def _richest(data: Any) -> Output | None:
    for kind in IMAGES:
        if kind in data:
            return Output("image", f"data:{kind};base64,{_base64(data[kind])}")
    if "image/svg+xml" in data:
        # as an image a drawing can run nothing and load nothing
        return Output("image", "data:image/svg+xml," + quote(_text(data["image/svg+xml"])))
    if "text/html" in data:
        text = _text(data["text/html"])
        if len(text) <= 10 * MAX_TEXT:
            return Output("html", clean(text))
    if "text/markdown" in data:
        return Output("html", markdown(_text(data["text/markdown"])))
    if "text/latex" in data:
        return Output("html", mathml(_text(data["text/latex"]).strip().strip("$"), block=True))
    if "text/plain" in data:
        return Output("text", ansi(_text(data["text/plain"])))
    if any("widget" in kind for kind in data):
        return Output("note", "This output is interactive; open the notebook in Jupyter to see it.")
    return None


def _base64(value: Any) -> str:
    text = re.sub(r"\s+", "", _text(value))
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        return ""
    return text


def ansi(text: str) -> Markup:
    """Terminal output with its colours as classes."""
    from nbconvert.filters.ansi import ansi2html

    rest = len(text) - MAX_TEXT
    shown = clean(ansi2html(text[:MAX_TEXT]))  # type: ignore[no-untyped-call]
    return shown if rest <= 0 else shown + Markup("\n… {} more characters").format(rest)


def clean(html: str) -> Markup:
    """Only what is on the allow-list: no script, style, form or frame; links are http, https, mailto or relative."""
    if not bearable(html):
        return as_text(html)
    safe = nh3.clean(
        html,
        tags=_TAGS,
        attributes={
            "*": {"class", "title", "lang", "dir"},
            **{heading: {"id"} for heading in HEADINGS},
            "a": {"href"},
            "img": {"src", "alt", "width", "height"},
            "td": {"colspan", "rowspan", "align"},
            "th": {"colspan", "rowspan", "align", "scope"},
            "ol": {"start"},
        },
        attribute_filter=_attribute,
        # what is too wide is scrolled, by the keyboard too
        set_tag_attribute_values={"table": {"tabindex": "0"}},
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(safe)  # noqa: S704  # the one place where HTML of strangers is called safe, right after nh3


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "class":
        # no class of our own pages: a notebook must not look like a button or a message of the site
        return " ".join(one for one in value.split() if one in _HIGHLIGHT or _CLASS.fullmatch(one)) or None
    if name == "id" or (name == "href" and value.startswith("#") and len(value) > 1):
        # headings can be linked to; the prefix keeps their names apart from those that our own pages use
        return f"{ANCHOR}{value}" if name == "id" else f"#{ANCHOR}{value[1:]}"
    if name in ("href", "src") and value.strip().lower().startswith("data:"):
        picture = tag == "img" and value.strip().lower().startswith(tuple(f"data:{kind};base64," for kind in IMAGES))
        return value if picture else None
    if name == "src":
        return None  # a picture elsewhere would tell its server who reads this notebook
    return value
