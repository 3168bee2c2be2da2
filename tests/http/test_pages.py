"""Pages: what they show and to whom, signing in, and that a hostile notebook arrives tame."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nbformat
import nh3
import pytest
import requests

from jupyter_repo.http.pages.formulas import _ELEMENTS
from jupyter_repo.http.pages.rendering import render

from .conftest import Answering


def browser(repo: Answering) -> requests.Session:
    session = requests.Session()
    form = session.get(f"{repo.url}/login").text
    token = re.search(r'name="_xsrf" value="([^"]+)"', form)
    assert token is not None
    data = {"_xsrf": token[1], "name": "ada", "password": "secret-ada", "next": "/ada"}
    answer = session.post(f"{repo.url}/login", data=data)
    assert answer.url == f"{repo.url}/ada"
    return session


def test_a_published_notebook_is_rendered(repo: Answering) -> None:
    repo.upload(
        repo.world.notebook(cells=[("markdown", "# Waves\n\nThey *roll*."), ("code", "import math\nprint(1 + 1)")])
    )
    page = repo.get("/ada/analysis").text
    assert re.search(r"<h1[^>]*>Waves", page)
    assert "<em>roll</em>" in page
    assert 'class="highlight"' in page
    assert "%repo download ada/analysis" in page


def test_an_old_version_stays_reachable_and_says_so(repo: Answering) -> None:
    for text in ("first", "second"):
        repo.upload(repo.world.notebook(cells=[("markdown", f"The {text} text")]))
    assert "The second text" in repo.get("/ada/analysis").text
    old = repo.get("/ada/analysis/1").text
    assert "The first text" in old
    assert "The latest is 2." in old
    assert repo.get("/ada/analysis/9").status_code == 404


def test_signing_in_opens_what_is_private_and_signing_out_closes_it(repo: Answering) -> None:
    repo.upload(repo.world.environment(), visibility="private")
    assert repo.get("/ada/science").status_code == 404
    session = browser(repo)
    page = session.get(f"{repo.url}/ada/science")
    assert "numpy" in page.text
    assert page.headers["Cache-Control"].startswith("private")
    cookie = next(one for one in session.cookies if one.name == "jupyter_repo_session")
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "Lax"
    token = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
    assert token is not None
    session.post(f"{repo.url}/logout", data={"_xsrf": token[1]})
    stolen = requests.get(f"{repo.url}/ada/science", cookies={"jupyter_repo_session": str(cookie.value)}, timeout=60)
    assert stolen.status_code == 404, "the session is gone in the database, not only in the browser"


def test_a_wrong_password_says_little_and_keeps_the_name(repo: Answering) -> None:
    session = requests.Session()
    token = re.search(r'name="_xsrf" value="([^"]+)"', session.get(f"{repo.url}/login").text)
    assert token is not None
    answer = session.post(f"{repo.url}/login", data={"_xsrf": token[1], "name": "ada", "password": "wrong-one"})
    assert answer.status_code == 401
    assert "Invalid username or password" in answer.text
    assert 'value="ada"' in answer.text
    assert "wrong-one" not in answer.text


def test_a_form_without_its_token_is_refused(repo: Answering) -> None:
    assert repo.post("/login", data={"name": "ada", "password": "secret-ada"}).status_code == 403
    assert browser(repo).post(f"{repo.url}/logout").status_code == 403


def test_a_cookie_writes_nothing_through_the_api(repo: Answering) -> None:
    repo.upload(repo.world.conda())
    session = browser(repo)
    assert session.delete(f"{repo.url}/api/package/ada/hello").status_code == 401
    assert session.get(f"{repo.url}/api/package/ada/hello").status_code == 200


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/ok\r\nX: y"]
)
def test_signing_in_leads_to_no_other_site(repo: Answering, target: str) -> None:
    link = repo.post("/api/session-link", by=repo.sign_in("ada"), json={"next": target}).json()["url"]
    answer = requests.get(link, allow_redirects=False, timeout=60)
    assert answer.headers["Location"] == "/dashboard"


def test_a_link_signs_in_once(repo: Answering) -> None:
    assert repo.post("/api/session-link", by="ada", json={}).status_code == 401, "a token of one channel is too narrow"
    repo.upload(repo.world.conda(), visibility="private")
    link = repo.post("/api/session-link", by=repo.sign_in("ada"), json={"next": "/ada/hello"}).json()["url"]
    assert requests.get(link, timeout=60).status_code == 200
    assert requests.get(link, timeout=60).status_code == 404


def test_search_finds_and_an_empty_repository_says_what_to_do(repo: Answering) -> None:
    assert "Nothing is published yet" in repo.get("/").text
    repo.upload(repo.world.conda("finder"))
    assert 'href="/ada/finder"' in repo.get("/?q=find").text
    assert "Nothing found" in repo.get("/?q=%3Cscript%3E").text
    assert "<script>" not in repo.get("/?q=%3Cscript%3E").text.replace('<script src="/static/site.js', "")


def test_a_name_or_summary_can_t_become_markup(repo: Answering) -> None:
    repo.upload(repo.world.wheel(summary='<img src=x onerror="alert(1)">'))
    for path in ("/", "/ada", "/ada/mywheel"):
        assert "<img src=x" not in repo.get(path).text


ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<form action='https://evil.example'><input name=password></form>",
    "<style>body { display: none }</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<math><mi><table><mglyph><style><img src onerror=alert(1)></style></mglyph></table></mi></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<img src='https://evil.example/pixel.png'>",
    "<div style='position:fixed;inset:0'>x</div>",
    "<button class='button primary' formaction=javascript:alert(1)>Sign in</button>",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "<base href='https://evil.example/'>",
    "<object data='javascript:alert(1)'></object>",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("where", ["markdown", "html", "stream", "error", "svg"])
def test_a_hostile_notebook_arrives_tame(attack: str, where: str) -> None:
    v4 = nbformat.v4
    cell = v4.new_code_cell(attack)
    if where == "markdown":
        cell = v4.new_markdown_cell(attack)
    elif where == "stream":
        cell.outputs = [v4.new_output("stream", text=attack)]
    elif where == "error":
        cell.outputs = [v4.new_output("error", ename="E", evalue=attack, traceback=[attack])]
    else:
        kind = {"html": "text/html", "svg": "image/svg+xml"}[where]
        cell.outputs = [v4.new_output("display_data", data={kind: attack})]
    html = render(nbformat.writes(v4.new_notebook(cells=[cell])).encode())
    tags = {name.lower() for name in re.findall(r"<\s*([a-zA-Z]+)", html)}
    assert not tags & {
        "script",
        "iframe",
        "object",
        "embed",
        "form",
        "input",
        "button",
        "style",
        "link",
        "meta",
        "base",
        "svg",
        "math",
    }
    for tag in re.findall(r"<[^>]+>", html):
        assert not re.search(r"\son\w+\s*=", tag), tag
        assert not re.search(r"(href|src|action)\s*=\s*[\"']?\s*javascript:", tag, re.IGNORECASE), tag
        assert "style=" not in tag
        assert not re.search(r"src=\"(?!data:image/)", tag), tag
        assert "primary" not in re.sub(r'src="data:image/[^"]*"', "", tag)


FORMULAS = [
    r"\text{<script>alert(1)</script>}",
    r"\href{javascript:alert(1)}{x}",
    r'\color{red" onclick="alert(1)}{y}',
    r"\style{background:url(https://evil.example)}{y}",
    r"\class{button primary}{y}",
    r"</math><script>alert(1)</script>",
    r"\text{</mtext><img src=x onerror=alert(1)>}",
    r"\frac{1" * 200,
    "{" * 3000,
    r"\newcommand{\a}{\a\a}\a",
]


@pytest.mark.parametrize("tex", FORMULAS)
@pytest.mark.parametrize(
    "form", ["${}$", "$${}$$", "![${}$](data:image/png;base64,AAAA)", "[a](/x '${}$')", "<b title='${}$'>x</b>"]
)
def test_a_hostile_formula_arrives_tame(tex: str, form: str) -> None:
    cell = nbformat.v4.new_markdown_cell(form.replace("{}", tex))
    html = render(nbformat.writes(nbformat.v4.new_notebook(cells=[cell])).encode())
    parsed = Tags()
    parsed.feed(html)
    allowed = nh3.ALLOWED_TAGS | _ELEMENTS | {"div", "img", "details", "section", "figure"}
    assert parsed.tags <= allowed
    assert not [name for name in parsed.attributes if name.startswith("on") or name in ("style", "onclick")]
    assert not [value for value in parsed.values if value.strip().lower().startswith("javascript:")]


class Tags(HTMLParser):
    """What a page's parser sees."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.values: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            self.values.append(value or "")


def test_the_font_that_formulas_need_is_ours(repo: Answering) -> None:
    assert 'url("../stix-two-math.woff2")' in repo.get("/static/css/notebook.css").text
    assert repo.get("/static/stix-two-math.woff2").content[:4] == b"wOF2"
    assert "Open Font License" in repo.get("/static/stix-two-math.LICENSE.txt").text
    assert "font-src 'self'" in repo.get("/").headers["Content-Security-Policy"]


def test_formulas_are_shown_without_a_script() -> None:
    v4 = nbformat.v4
    cells = [
        v4.new_markdown_cell(r"Speed is $c = \sqrt{gh}$, and $$\frac{a}{b}$$ costs $5 and \$6."),
        v4.new_markdown_cell("\\begin{align}x &= 1\\end{align} $\\arg\\min_x f$"),
        v4.new_code_cell(
            "",
            outputs=[v4.new_output("execute_result", data={"text/latex": r"$\displaystyle x^2$", "text/plain": "x"})],
        ),
    ]
    html = render(nbformat.writes(v4.new_notebook(cells=cells)).encode())
    assert "<msqrt>" in html
    assert "<mo>arg</mo>" in html
    assert '<math display="block"><mrow><mfrac>' in html
    assert html.count("<math") == 5
    assert "<msup>" in html
    assert "var title" not in html


def test_outputs_of_many_kinds_are_shown() -> None:
    v4 = nbformat.v4
    pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    outputs = [
        v4.new_output("display_data", data={"image/png": pixel, "text/plain": "<Figure>"}),
        v4.new_output("display_data", data={"text/html": "<table class='dataframe'><tr><td>7</td></tr></table>"}),
        v4.new_output("stream", text="\x1b[31mred\x1b[0m"),
        v4.new_output("display_data", data={"application/vnd.jupyter.widget-view+json": {}}),
        v4.new_output("stream", text="x" * 200_000),
    ]
    html = render(nbformat.writes(v4.new_notebook(cells=[v4.new_code_cell("1", outputs=outputs)])).encode())
    assert f'src="data:image/png;base64,{pixel}"' in html
    assert "<td>7</td>" in html
    assert 'class="ansi-red-fg"' in html
    assert "open the notebook in Jupyter" in html
    assert "100000 more characters" in html
    assert len(html) < 120_000


def test_a_form_that_another_site_sent_is_refused(repo: Answering) -> None:
    """Even with the right token: where there is no https a neighbour below the same domain can plant its cookie."""
    page = requests.get(f"{repo.url}/login", timeout=60)
    token = re.search(r'name="_xsrf" value="([^"]+)"', page.text)
    assert token is not None
    data = {"_xsrf": token[1], "name": "ada", "password": "secret-ada", "next": "/"}
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 303), ("", 303)):
        headers = {"Sec-Fetch-Site": site} if site else {}
        sent = repo.post("/login", data=data, cookies=page.cookies, headers=headers)
        assert sent.status_code == status, site
        assert ("jupyter_repo_session" in sent.cookies) is (status == 303)
