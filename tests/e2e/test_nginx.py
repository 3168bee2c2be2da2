"""The configuration for nginx that comes with the package, in a real nginx: what it sends, and what its logs keep."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import trustme

import jupyter_repo
from tests import builders
from tests.engines import free_port, missing

from .conftest import Server, succeed

CONFIGURATION = Path(jupyter_repo.__file__).parent / "deploy" / "nginx.conf"
NAME = "repo.example.org"


@dataclass
class Front:
    """nginx in front of a repository, by https on `localhost`."""

    site: Server
    url: str
    plain: str
    authority: str
    logs: Path

    def get(self, path: str, *, host: str = "", **options: object) -> requests.Response:
        """Ask for a path, of a sub-domain where `host` says one."""
        headers = dict(options.pop("headers", {}))  # type: ignore[call-overload]
        if host:
            headers["Host"] = f"{host}.{self.url.removeprefix('https://')}"
        return requests.get(self.url + path, headers=headers, verify=self.authority, timeout=60, **options)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    """The file as it is, but for host name, ports, certificate and folders, which its first line asks to be changed."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if nginx is None:
        missing("nginx", "apt-get install nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    secure, plain = free_port(), free_port()
    url = f"https://localhost:{secure}"
    site = Server(folder / "data")
    site.options = ("--public-url", url, "--ServeApp.trust_proxy=True", "--ServeApp.accel_redirect=/blobs")
    site.create_user("ada")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "authority.pem"))
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    text = CONFIGURATION.read_text()
    for ours, theirs in {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{secure} ssl http2;",
        "127.0.0.1:8890": f"127.0.0.1:{site.port}",
        "/etc/ssl/repo.example.org.pem": str(folder / "server.pem"),
        "/etc/ssl/private/repo.example.org.key": str(folder / "server.pem"),
        "/var/log/nginx/": f"{folder}/",
        "/var/lib/jupyter-repo/": f"{folder}/data/",
        NAME: "localhost",
    }.items():
        assert ours in text, f"nginx.conf no longer says {ours}"
        text = text.replace(ours, theirs)
    (folder / "jupyter-repo.conf").write_text(text)
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    # a test may run as root, whose folders nobody else reads
    user = "user root;\n" if os.geteuid() == 0 else ""
    (folder / "nginx.conf").write_text(
        f"{user}daemon off;\npid {folder}/nginx.pid;\nevents {{}}\nhttp {{\n{temporary}"
        f"default_type application/octet-stream;\ninclude {folder}/jupyter-repo.conf;\n}}\n"
    )
    command = [nginx, "-e", f"{folder}/start.log", "-c", f"{folder}/nginx.conf"]
    succeed(subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60))
    site.start()
    process = subprocess.Popen(command)
    found = Front(site, url, f"http://localhost:{plain}", str(folder / "authority.pem"), folder)
    until = time.monotonic() + 60
    while True:
        try:
            if found.get("/api").ok:
                break
        except requests.RequestException:
            assert process.poll() is None
        assert time.monotonic() < until
        time.sleep(0.05)
    yield found
    process.send_signal(signal.SIGQUIT)
    process.wait(60)
    assert site.stop() == 0


def test_files_go_out_by_nginx_to_whom_the_repository_says(front: Front, tmp_path: Path) -> None:
    token = front.site.token("ada")
    package = builders.make_conda(tmp_path, name="tide", files={"share/data.bin": os.urandom(2 << 20)})
    content = package.read_bytes()
    sent = requests.put(
        f"{front.url}/api/upload/ada/{package.name}?visibility=private",
        data=content,
        headers={"Authorization": f"token {token}"},
        verify=front.authority,
        timeout=60,
    )
    assert sent.status_code == 201, sent.text
    assert sent.json()["url"].startswith(f"{front.url}/ada/tide")
    address = f"/t/{token}/conda/ada/noarch/{package.name}"
    whole = front.get(address)
    assert whole.content == content
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" in whole.headers
    part = front.get(address, headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, content[1000:2000])
    assert front.get(f"/t/{token}/ada/noarch/{package.name}", host="conda").content == content
    assert front.get(f"/conda/ada/noarch/{package.name}").status_code in (401, 404)
    blob = next((front.site.data_dir / "store" / "blobs").glob("*/*"))
    assert front.get(f"/blobs/{blob.parent.name}/{blob.name}").status_code == 404, "for nobody by itself"
    index = front.get(f"/t/{token}/conda/ada/noarch/repodata.json")
    assert list(index.json()["packages.conda"]) == [package.name]


def test_plain_http_leads_to_https(front: Front) -> None:
    answer = requests.get(f"{front.plain}/ada?q=1", allow_redirects=False, timeout=60)
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://localhost/ada?q=1")


def test_no_log_of_nginx_holds_a_token_or_a_link(front: Front) -> None:
    token = front.site.token("ada")
    front.get(f"/t/{token}/conda/ada/noarch/repodata.json?x={token}")
    front.get(f"/conda/t/{token}/ada/noarch/repodata.json")
    front.get(f"/t/{token}/ada/noarch/repodata.json", host="conda")
    front.get("/account/reset/a-secret-of-one-time")
    front.site.kill()  # what nginx says of a repository that is away, too
    try:
        assert front.get(f"/t/{token}/conda/ada/noarch/repodata.json").status_code == 502
    finally:
        front.site.start()
    log = front.logs / "jupyter-repo.log"
    until = time.monotonic() + 60
    while "502" not in log.read_text():
        assert time.monotonic() < until
        time.sleep(0.05)
    said = "".join(path.read_text() for path in front.logs.glob("*.log") if not path.name.startswith("data"))
    assert "/t/***/conda/ada/noarch/repodata.json" in said
    assert "/account/reset/***" in said
    assert token not in said
    assert "a-secret-of-one-time" not in said
