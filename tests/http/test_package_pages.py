"""Pages of packages: what they say, to whom; what is not allowed is not offered."""

from __future__ import annotations

import re

import nbformat
import pytest
import sqlalchemy as sa

from jupyter_repo.db import tables as t
from jupyter_repo.http.pages import packages as package_pages
from jupyter_repo.models import Visibility
from jupyter_repo.service import collaborators, collector, forks, packages
from tests.worlds import PRIVATE

from .browsing import Browsing
from .browsing import ada as ada
from .conftest import Answering


def test_a_package_page_says_what_there_is_to_know(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    readme = "# Tidekit\n\nSome **bold** words."
    world.publish(world.ada, "ada", world.wheel("tidal-core"))
    published = world.publish(
        world.ada, "ada", world.wheel("tidekit", "2.0", description=readme, requires=["tidal-core>=1", "numpy"])
    )
    with world.repository.write() as work:
        collector.count_downloads(work, {published.files[0].id: 7})
        collaborators.add(work, world.ada, "ada", "tidekit", "bob", "read")
    page = ada.open("/ada/tidekit")
    assert 'href="/ada/tidal-core"' in page
    assert 'href="/ada/numpy"' not in page
    assert "numpy" in ada.text
    assert "7 downloads in the last 90 days" in page
    assert "BSD" in page or "Licence" not in page
    assert re.search(r"pip install --extra-index-url http://\S+/pypi/ada/simple/ tidekit", page)
    assert "bob</a>" in page
    assert "/ada/tidekit/settings" in page
    anonymous = Browsing(repo)
    anonymous.open("/ada/tidekit")
    assert "Collaborators" not in anonymous.text
    assert "/ada/tidekit/settings" not in anonymous.page
    assert 'action="/stars/' not in anonymous.page
    file = anonymous.open("/ada/tidekit/2.0/files/tidekit-2.0-py3-none-any.whl")
    assert published.files[0].sha256 in file
    uploaded = published.files[0].uploaded_at
    assert f'<time datetime="{uploaded:%Y-%m-%dT%H:%M:%SZ}" title="{uploaded.day} {uploaded:%B %Y, %H:%M} UTC">' in page
    assert 'href="/ada/tidal-core"' in file
    assert Browsing(repo).open("/ada/tidekit/2.0/files/nothing.whl")
    assert repo.get("/ada/tidekit/2.0/files/nothing.whl").status_code == 404


def test_a_readme_in_markdown_is_rendered_and_tame(repo: Answering) -> None:
    world = repo.world
    text = "# Head\n\n**bold** <script>alert(1)</script> [x](javascript:alert(1))"
    world.publish(world.ada, "ada", world.wheel("kit", description=text))
    page = repo.get("/ada/kit").text
    assert "<script>alert" not in page
    assert "**bold**" in page, "without its type a description is plain text"
    with world.repository.write() as work:
        found = packages.get(work, world.ada, "ada", "kit")
        [file] = packages.files(work, found.package)
        attrs = {**file.attrs, "description_content_type": "text/markdown; charset=UTF-8"}
        work.db.execute(sa.update(t.files).values(attrs=attrs))
    page = repo.get("/ada/kit").text
    assert "<strong>bold</strong>" in page
    assert "<script>alert" not in page
    assert "javascript:" not in page


def test_headings_of_strangers_can_be_linked_to_and_name_nothing_of_ours(repo: Answering) -> None:
    world = repo.world
    cells = [("markdown", '# Low water\n\n[down](#Low-water) [up](#main)\n\n<p id="main">x</p>')]
    world.publish(world.ada, "ada", world.notebook("book", cells=cells))
    body = Browsing(repo).open("/ada/book").partition('<article class="notebook"')[2]
    assert '<h1 id="text-Low-water">Low water' in body
    assert body.count('href="#text-Low-water"') == 2
    assert 'href="#text-main"' in body
    assert 'id="main"' not in body


def test_a_heading_that_comes_twice_has_two_names(repo: Answering) -> None:
    world = repo.world
    typed = "s = '<h1 id=\"text-Data\">'"
    cells = [("markdown", "# Data\n\n[up](#Data)"), ("markdown", '# Data\n\n<h2 id="Data">x</h2>'), ("code", typed)]
    world.publish(world.ada, "ada", world.notebook("book", cells=cells))
    body = Browsing(repo).open("/ada/book").partition('<article class="notebook"')[2]
    assert re.findall(r'<h\d id="(.*?)"', body) == ["text-Data", "text-Data-1", "text-Data-2"]
    assert re.findall(r'href="#(.*?)"', body) == ["text-Data", "text-Data", "text-Data-1"]
    assert body.count('id="text-Data"') == 2, "what is code stays as it was typed"


def test_pictures_from_elsewhere_are_left_out_and_said_so(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    text = "![waves](https://example.org/waves.png) <img src='https://example.org/2.png'> and words"
    world.publish(world.ada, "ada", world.notebook("book", cells=[("markdown", text)]))
    page = ada.open("/ada/book")
    assert '<img alt="waves">' in page
    assert "2 pictures are not shown: they stand outside of this text" in ada.text
    assert "example.org" not in page
    world.publish(world.ada, "ada", world.notebook("plain", cells=[("markdown", "words")]))
    assert "not shown" not in ada.open("/ada/plain")


def test_code_that_is_not_what_it_looks_like_is_told_of(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    cells = [("code", "if admin:  # \u202e\u2066 a comment"), ("code", "'שלום'")]
    world.publish(world.ada, "ada", world.notebook("book", cells=cells))
    ada.open("/ada/book")
    assert ada.text.count("change the order in which it is shown: U+202E, U+2066.") == 1


def test_a_notebook_has_no_class_of_our_pages(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    text = '<p class="bar row dim tex problem kn s1 dataframe ansi-red-fg">words</p>'
    world.publish(world.ada, "ada", world.notebook("book", cells=[("markdown", text)]))
    assert '<p class="kn s1 dataframe ansi-red-fg">words</p>' in ada.open("/ada/book")


def test_only_what_everybody_may_see_introduces_itself_to_other_sites(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    for visibility in Visibility:
        world.publish(world.ada, "ada", world.wheel(visibility, summary='Say "hi" <now>'), visibility=visibility)
    page = ada.open("/ada/public/1.0")
    assert f'<link rel="canonical" href="{repo.url}/ada/public">' in page
    assert '<meta name="description" content="Say &#34;hi&#34; &lt;now&gt;">' in page
    assert '<meta property="og:title" content="ada/public">' in page
    assert "noindex" not in page
    for visibility in set(Visibility) - {Visibility.PUBLIC}:
        page = ada.open(f"/ada/{visibility}")
        assert '<meta name="robots" content="noindex, nofollow">' in page
        assert "og:" not in page
        assert "canonical" not in page
    assert 'property="og:title" content="ada"' in Browsing(repo).open("/ada")
    assert "og:" not in ada.open("/ada"), "what is listed to her is not what others see"


def test_a_private_package_shows_commands_with_a_token(repo: Answering, ada: Browsing) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.conda(), visibility=PRIVATE)
    assert "/t/&lt;TOKEN&gt;/conda/ada" in ada.open("/ada/hello")
    assert "/ada/settings/access" in ada.page
    with world.repository.write() as work:
        collaborators.add(work, world.ada, "ada", "hello", "bob", "read")
    bob = Browsing(repo).sign_in("bob")
    assert 'href="/ada/settings/access"' in bob.open("/ada/hello"), "a token opens the channel it was made on, no other"
    world.publish(world.ada, "ada", world.conda("shared"), visibility=Visibility.AUTHENTICATED)
    assert 'href="/bob/settings/access"' in bob.open("/ada/shared"), "signed in is enough, and here they may make one"


def test_a_notebook_comes_with_an_environment_where_it_has_one(repo: Answering) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.notebook("alone"))
    world.publish(world.ada, "ada", [world.notebook("waves"), world.environment()])
    visitor = Browsing(repo)
    assert "In Jupyter, with its environment" in visitor.open("/ada/waves")
    assert "with its environment" not in visitor.open("/ada/alone")
    assert "%repo open ada/alone" in visitor.page


def test_many_versions_and_files_are_shown_in_parts(repo: Answering, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, most in (("LISTED", 2), ("MORE_LISTED", 3), ("FILES", 2)):
        monkeypatch.setattr(package_pages, name, most)
    world = repo.world
    for number in range(5):
        world.publish(world.ada, "ada", world.conda("kit", f"1.{number}"))
    for build in ("a", "b", "c"):
        world.publish(world.ada, "ada", world.conda("tool", "2.0", build=build))
    paths = [world.notebook("book", cells=[("markdown", "# Waves")])]
    for name in ("one.csv", "two.csv", "three.csv"):
        paths.append(paths[0].with_name(name))
        paths[-1].write_text(f"{name}\n")
    world.publish(world.ada, "ada", paths)
    visitor = Browsing(repo)

    def versions(address: str) -> list[str]:
        return re.findall(r"<li><a[^>]*>(1\.\d)</a>", visitor.open(address))

    assert versions("/ada/kit") == ["1.4", "1.3"]
    assert "All 5 versions" in visitor.text
    assert versions("/ada/kit?versions=all") == ["1.4", "1.3", "1.2"]
    further = re.search(r'href="(\?versions=\d+)"', visitor.page)
    assert further is not None
    assert versions(f"/ada/kit{further[1]}") == ["1.1", "1.0"]
    builds = r">noarch/tool-2.0-(\w).conda</a>"
    assert re.findall(builds, visitor.open("/ada/tool")) == ["c", "b"]
    further = re.search(r'href="(\?files=\d+)"', visitor.page)
    assert further is not None
    assert re.findall(builds, visitor.open(f"/ada/tool{further[1]}")) == ["a"]
    assert "Waves" in visitor.open("/ada/book"), "the notebook stands behind more files than a page lists"
    assert "three.csv" in visitor.page
    assert "book.ipynb</a>" not in visitor.page


def test_versions_are_compared(repo: Answering) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.notebook("book", cells=[("code", "x = 1"), ("markdown", "<b>kept</b>")]))
    world.publish(world.ada, "ada", world.notebook("book", cells=[("code", "x = 2"), ("markdown", "<b>kept</b>")]))
    world.publish(world.ada, "ada", world.notebook("book", cells=[("code", "<script>x = 2</script>")]))
    visitor = Browsing(repo)
    assert "/ada/book/3/diff" in visitor.open("/ada/book")
    visitor.open("/ada/book/2/diff")
    assert "1 cell changed, 0 added, 0 removed; 1 the same." in visitor.text
    assert re.search(r'class="removed">.*x = <mark>1</mark>', visitor.page)
    visitor.open("/ada/book/3/diff?with=1")
    assert "&lt;script&gt;" in visitor.page
    assert "<script>x" not in visitor.page
    visitor.open("/ada/book/1/diff")
    assert "do not differ" in visitor.text, "there is none before the first"
    assert repo.get("/ada/book/3/diff?with=9").status_code == 404
    assert repo.get("/ada/book/9/diff").status_code == 404


def test_outputs_and_markdown_are_drawn_before_and_after(repo: Answering) -> None:
    world, attack = repo.world, "<script>alert(1)</script><img src=x onerror=alert(1)><iframe srcdoc=x></iframe>"
    for number, picture in enumerate(("T0xE", "TkVX")):
        cells = [
            nbformat.v4.new_markdown_cell(f"# Rain *{number}* {attack}", id="text"),
            nbformat.v4.new_code_cell("show()", id="code"),
        ]
        odd = {"text/html": ["<b>table", f" {number}</b>", attack], "application/javascript": "alert(1)"}
        cells[1].outputs = [nbformat.v4.new_output("display_data", one) for one in ({"image/png": picture}, odd)]
        body = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
        assert repo.put("/api/upload/ada/drawn.ipynb?allow_findings=1", by="ada", data=body).status_code == 201
    with world.repository.write() as work:
        packages.edit(work, world.ada, "ada", "drawn", visibility=Visibility.PUBLIC)
    visitor = Browsing(repo)
    for _ in ("made", "kept"):
        page = visitor.open("/ada/drawn/2/diff")
        assert "Outputs changed (2)" in visitor.text
        assert "<details open" not in page, "the source comes first"
        for picture in ("T0xE", "TkVX"):
            assert f'<img src="data:image/png;base64,{picture}"' in page
        for number in range(2):
            assert f"<em>{number}</em>" in page
            assert f"<b>table {number}</b>" in page
        assert not re.search(r"<script(?! (defer|src))|<img[^>]+onerror|<iframe", page)
        assert "This output has a script, which does not run here." in page


def test_a_fork_and_its_original_name_each_other_to_those_who_see_both(repo: Answering) -> None:
    world = repo.world
    world.publish(world.ada, "ada", world.notebook("book", cells=[("code", "x = 1")]))
    with world.repository.write() as work:
        forks.fork(work, world.bob, "ada", "book")
    visitor = Browsing(repo)
    visitor.open("/bob/book")
    assert "Forked from ada/book 1" in visitor.text
    assert "%repo open bob/book" in visitor.text
    visitor.open("/ada/book")
    assert "bob/book of 1" in visitor.text
    with world.repository.write() as work:
        packages.edit(work, world.ada, "ada", "book", visibility=Visibility.PRIVATE)
    assert "ada/book" not in visitor.open("/bob/book"), "where it came from is private now"


def test_a_hopeless_notebook_is_offered_for_download(repo: Answering) -> None:
    cells = [nbformat.v4.new_markdown_cell("x" * 100)]
    body = nbformat.writes(nbformat.v4.new_notebook(cells=cells)).encode()
    padded = body.replace(b"x" * 100, b"x" * (21 << 20))
    assert repo.put("/api/upload/ada/huge.ipynb?allow_findings=1", by="ada", data=padded).status_code == 201
    assert "Too large to show here" in repo.get("/ada/huge").text
    assert len(repo.get("/ada/huge").content) < 60_000
    assert repo.get("/ada/huge/1/diff").status_code == 404


def test_a_star_by_a_form(repo: Answering, ada: Browsing) -> None:
    repo.world.publish(repo.world.ada, "ada", repo.world.conda())
    ada.open("/favorites")
    assert "No favorites yet" in ada.text
    ada.open("/ada/hello")
    ada.submit("/stars/ada/hello", starred="1")
    assert ada.path == "/ada/hello"
    assert "★ Starred 1" in ada.text
    assert 'href="/ada/hello"' in ada.open("/favorites")
    ada.open("/ada/hello")
    ada.submit("/stars/ada/hello", starred="0")
    assert "☆ Star 0" in ada.text
