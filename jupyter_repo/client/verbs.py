"""What each verb of `%repo` and `jupyter repo` does: options in, a Result out."""

from __future__ import annotations

import contextlib
import socket
import uuid
from argparse import Namespace
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from ..errors import FindingsInside, Forbidden, InvalidRequest, NotFound, Unauthenticated
from ..guard import Remedy
from ..models import Kind
from ..names import slug
from . import actions, notebooks, profiles
from .client import RepoClient
from .documents import PackageSummary
from .environment import Environment
from .notebooks import Notebook
from .profiles import Profile
from .progress import Progress
from .results import Code, Link, Piece, Result, Table


class Front(Protocol):
    """A front door: how it asks and shows, and what it knows of where it stands."""

    @property
    def call(self) -> str:
        """How a verb is called here: `%repo` or `jupyter repo`."""

    @property
    def progress(self) -> Progress:
        """Shows where a long action is."""

    def ask(self, prompt: str) -> str:
        """A line that the person types."""

    def ask_secret(self, prompt: str) -> str:
        """A line that is not shown while it is typed."""

    def notebook(self) -> Path | None:
        """The notebook that this is called from."""

    def environment(self, notebook: Notebook | None, name: str | None = None) -> Environment:
        """The environment of the notebook's kernel, or of the Python that runs this."""


@dataclass
class Call:
    """One call of a verb: its options, its front door, the repository it goes to."""

    args: Namespace
    front: Front

    def __post_init__(self) -> None:
        self.profile: Profile = profiles.resolve(self.args.url)
        self.client = RepoClient(self.profile.url, self.profile.token)

    def channel(self) -> str:
        """The channel said with --channel, or one's own."""
        return self.args.channel or self.own_channel()

    def own_channel(self) -> str:
        """Whose the token is; raises Unauthenticated that says how to sign in."""
        if not self.profile.token:
            raise Unauthenticated(f"You are not signed in to {self.profile.url}: run `{self.front.call} login`")
        return actions.own_channel(self.client)

    def full_name(self, text: str) -> tuple[str, str]:
        """`owner/name` in two, with one's own channel in front of a bare name."""
        owner, _, name = text.strip("/").rpartition("/")
        return owner or self.own_channel(), name


# accounts


def login(call: Call) -> Result:
    """Trade a name and password for a token, and keep that."""
    front, profile = call.front, call.profile
    _check_unpinned(profile, "log in")
    username = call.args.username or front.ask(f"Username at {profile.url}: ").strip()
    password = front.ask_secret("Password: ")
    if not username or not password:
        raise InvalidRequest("A username and a password are needed to log in")
    host = socket.gethostname()
    note = f"Jupyter on {host} {uuid.uuid4().hex[:6]}"  # a name of its own: logging in twice ends no other session
    token = RepoClient(profile.url).authenticate(username, password, note=note, hostname=host)
    profiles.credentials().set(profile.credential, token)
    if call.args.url:
        profiles.choose(profile.url)
    name = RepoClient(profile.url, token).user()["login"]
    lines = [f"Logged in to {profile.url} as {name}."]
    if profile.url.startswith("http:") and not profiles.is_loopback(profile.url):
        lines.append("Your password went there unencrypted: ask the administrator for an https address.")
    return Result(*lines)


def _check_unpinned(profile: Profile, what: str) -> None:
    if profile.pinned:
        raise InvalidRequest(f"Your token is set by JUPYTER_REPO_TOKEN: unset that to {what} otherwise")


def logout(call: Call) -> Result:
    """Revoke the token in use and forget it."""
    _check_unpinned(call.profile, "log out")
    if not call.profile.token:
        return Result(f"You were not logged in to {call.profile.url}.")
    with contextlib.suppress(Unauthenticated, Forbidden):  # dead already, or not allowed: forgetting it is left
        call.client.deauthenticate()
    profiles.credentials().delete(call.profile.credential)
    return Result(f"Logged out of {call.profile.url}.")


def whoami(call: Call) -> Result:
    """Who one is, where, and which channels one may write to."""
    profile = call.profile
    if not profile.token:
        return Result(f"Not logged in. Repository: {profile.url} ({profile.source}).")
    user = call.client.user()
    channels = ", ".join(channel["name"] for channel in user.get("channels", [])) or user["login"]
    admin = " (administrator)" if user.get("is_admin") else ""
    return Result(
        f"Account: {user['login']}{admin}",
        ("Repository: ", Link(profile.url), f" ({profile.source})"),
        f"Channels: {channels}",
    )


# publishing


def publish(call: Call) -> Result:
    """Publish a notebook, by default this one, with its environment."""
    args, front = call.args, call.front
    path = Path(args.path).expanduser() if args.path else front.notebook()
    if path is None:
        raise InvalidRequest(
            f"Which notebook this is can't be found out here: save it and say `{front.call} publish PATH`"
        )
    notebook = notebooks.read(path)
    kept = notebook.choices
    channel = args.channel or kept.channel or call.own_channel()
    remedy = Remedy(args.remedy) if args.remedy else None
    _check_findings(notebook, path.name, remedy)
    wanted = not args.no_env and kept.environment is not False
    if wanted:
        front.progress.say("Describing the environment")
    done = actions.publish_notebook(
        call.client,
        notebook.content,
        channel=channel,
        name=args.name or kept.name or actions.package_name(path.name),
        summary=args.summary if args.summary is not None else kept.summary,
        visibility=args.access or "",
        environment=front.environment(notebook) if wanted else None,
        remedy=remedy,
        progress=front.progress,
    )
    saved = datetime.fromtimestamp(path.stat().st_mtime).strftime("%H:%M")
    return Result(published(done), f"It is {path.name} as saved at {saved}; access: {done.visibility}.")


def _check_findings(notebook: Notebook, filename: str, remedy: Remedy | None) -> None:
    """Ask the publish guard first: describing the environment takes seconds."""
    try:
        actions.guarded(notebook.content, filename, remedy)
    except FindingsInside as error:
        way_out = (
            "Nothing was sent. Take it out, or say --strip (publish without those outputs), --replace (with "
            "placeholders) or --allow (as it is); your file stays as it is"
        )
        raise FindingsInside(f"{error}\n{way_out}", findings=error.details.get("findings")) from error


def publish_env(call: Call) -> Result:
    """Publish the environment of this kernel, or of the Python of this command."""
    args, front = call.args, call.front
    front.progress.say("Describing the environment")
    environment = front.environment(None, args.name)
    done = actions.publish_environment(
        call.client,
        environment.text,
        channel=call.channel(),
        name=slug(environment.name) if args.name is None else args.name,
        summary=args.summary or "",
        visibility=args.access or "",
        progress=front.progress,
    )
    return Result(published(done))


def published(done: actions.Published) -> tuple[Piece, ...]:
    """The sentence that says what was made."""
    what = "New" if done.created else "Updated"
    noun = Kind(done.kind).noun if done.kind in set(Kind) else "package"
    return (f"{what} {noun} {done.package}, version {done.version}: ", Link(done.url))


def upload(call: Call) -> Result:
    """Upload package files; those that fail don't keep the others back."""
    args = call.args
    paths = actions.expand(args.files)
    if len(paths) > 1 and (args.package or args.version):
        raise InvalidRequest(f"--package and --version are for one file; here are {len(paths)}")
    options = actions.UploadOptions(
        args.access or "", args.package or "", args.version or "", args.summary or "", args.force, args.allow
    )
    outcomes = actions.upload_files(
        call.client, paths, channel=call.channel(), options=options, progress=call.front.progress
    )
    lines: list[tuple[Piece, ...]] = []
    for outcome in outcomes:
        done = outcome.published
        if done is None:
            lines.append((f"Not uploaded: {outcome.error}",))
        else:
            lines.append((f"Uploaded {outcome.path.name} to {done.package} {done.version}: ", Link(done.url)))
    failed = sum(outcome.published is None for outcome in outcomes)
    return Result(*lines, failure=f"{failed} of {len(outcomes)} files not uploaded" if failed else "")


# finding


def list_(call: Call) -> Result:
    """The packages of a channel, by default one's own."""
    channel = call.args.of or call.own_channel()
    found = call.client.packages(channel, kind=call.args.kind or "")
    return _packages(found, f"Nothing is in the channel {channel} yet.")


def search(call: Call) -> Result:
    """Packages of all channels that match the words."""
    words = " ".join(call.args.words)
    found = call.client.search(words, kind=call.args.kind or "", limit=call.args.limit)
    return _packages(found, f"Nothing was found for {words!r}.")


def _packages(found: list[PackageSummary], otherwise: str) -> Result:
    if not found:
        return Result(otherwise)
    rows = tuple(
        (
            Link(package["html_url"], package["full_name"], plain=package["full_name"]),
            Kind(package["kind"]).noun if package["kind"] in set(Kind) else package["kind"],
            package["latest_version"] or "",
            package["visibility"],
            package["summary"][:80],
        )
        for package in found
    )
    return Result(Table(("Name", "Kind", "Version", "Access", "Summary"), rows))


def download(call: Call) -> Result:
    """Save the files of a package here."""
    args = call.args
    wanted = actions.Wanted.parse(args.what)
    folder = Path(args.output or ".").expanduser()
    paths = actions.download(call.client, wanted, folder, force=args.force, progress=call.front.progress)
    return Result(*(f"Saved {path}" for path in paths))


# access


def access(call: Call) -> Result:
    """Set who may see a package."""
    channel, name = call.full_name(call.args.name)
    package = call.client.edit_package(channel, name, {"visibility": call.args.access})
    return Result((f"{package['full_name']} is now {package['visibility']}: ", Link(package["html_url"])))


def token_create(call: Call) -> Result:
    """A new token; its secret is shown this once."""
    args = call.args
    channel = call.channel()
    days = None if args.days == 0 else args.days
    made = call.client.create_token(channel, args.name, args.scope or ["all"], expires_in_days=days)
    ends = f"expires {made['expires_at'][:10]}" if made["expires_at"] else "does not expire"
    return Result(
        (f"Token {made['name']} of {channel} ({', '.join(made['scopes'])}; {ends}): ", Code(made["token"])),
        "Copy it now, it is not shown again. Clear this output before you share a notebook that shows it.",
    )


def token_list(call: Call) -> Result:
    """The tokens of a channel, without secrets."""
    channel = call.channel()
    tokens = call.client.tokens(channel)
    if not tokens:
        return Result(f"{channel} has no tokens.")
    rows = tuple(
        (
            token["name"],
            ", ".join(token["scopes"]),
            token["state"],
            (token["expires_at"] or "never")[:10],
            (token["last_used_at"] or "never")[:10],
        )
        for token in tokens
    )
    return Result(Table(("Name", "Scopes", "State", "Expires", "Last used"), rows))


def token_revoke(call: Call) -> Result:
    """End a token at once."""
    channel = call.channel()
    try:
        call.client.revoke_token(channel, call.args.name)
    except NotFound as error:
        known = ", ".join(token["name"] for token in call.client.tokens(channel)) or "none"
        raise NotFound(f"{channel} has no token {call.args.name!r}; its tokens: {known}") from error
    return Result(f"Token {call.args.name} of {channel} is revoked.")
