"""The verbs of versions, reopening, forks and suggestions: what `open`, `env …`, `fork`, `suggest` and the like do."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from .. import diffing
from ..errors import AlreadyExists, InvalidRequest
from ..guard import Remedy
from ..names import slug
from . import actions, kernelspecs, notebooks, reopening, versions
from .kernelspecs import Made
from .reopening import Plan
from .results import Link, Result, Table, Verbatim
from .solving import Wishes
from .verbs import Call, published


def open_(call: Call) -> Result:
    """Save a published notebook here, and make its environment a kernel."""
    args = call.args
    found = versions.parse(args.what, call.client.url)
    plan = reopening.plan(call.client, found.owner, found.name, found.version)
    made = None if args.no_env or (plan.wanted is None and not plan.refused) else _environment(call, plan)
    filename, content = reopening.notebook(call.client, plan, made)
    path = _free(Path(args.output or ".").expanduser(), filename)
    path.write_bytes(content)
    lines = [f"Saved {path}"]
    if made:
        lines.append(f"Its environment is the kernel “{made.display_name}”: open the notebook and it runs there.")
    return Result(*lines, *([plan.notice] if plan.notice else []))


def _environment(call: Call, plan: Plan) -> Made:
    wanted = plan.wanted
    if wanted is not None and not call.args.yes and kernelspecs.find(kernelspecs.key_of(wanted)) is None:
        hosts = ", ".join(wanted.hosts) or "the Python package index"
        what = f"{len(wanted.conda)} conda and {len(wanted.pip)} Python packages from {hosts}"
        first = f"{plan.notice} " if isinstance(wanted, Wishes) else ""
        if not call.front.ask(f"{first}This fetches {what}. Go on? [y/N] ").strip().lower().startswith("y"):
            raise InvalidRequest("Nothing was fetched; --no-env saves the notebook alone")
    return reopening.environment(call.client, plan, call.front.progress)


def _free(folder: Path, filename: str) -> Path:
    """A name in `folder` that nobody has."""
    folder.mkdir(parents=True, exist_ok=True)
    stem, ending = Path(filename).stem, Path(filename).suffix
    names = (f"{stem}{f'-{number}' if number else ''}{ending}" for number in count())
    return next(folder / name for name in names if not (folder / name).exists())


def env_list(_: Call) -> Result:
    """The environments that were made here for opened notebooks."""
    rows = tuple(
        (made.id, made.display_name, made.python, f"{made.size >> 20} MiB", made.last_used_at[:10])
        for made in kernelspecs.listing()
    )
    if not rows:
        return Result("No environments were made here yet.")
    return Result(Table(("Id", "Kernel", "Python", "Size", "Last used"), rows))


def env_remove(call: Call) -> Result:
    """Remove such an environment with its kernel."""
    kernelspecs.remove(call.args.id)
    return Result(f"Removed {call.args.id}.")


def env_publish(call: Call) -> Result:
    """Publish an environment.yml; with a text (the cell of `%%repo env`) write it first."""
    import yaml

    args = call.args
    path, text = Path(args.file).expanduser(), args.text
    if text is None:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, ValueError) as error:
            raise InvalidRequest(f"{path} can't be read: {error}") from error
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidRequest(f"That is no YAML: {error}") from error
    if not isinstance(document, dict) or not isinstance(document.get("dependencies"), list):
        raise InvalidRequest("An environment.yml needs 'dependencies:' with a list under it")
    name = args.name or (slug(document["name"]) if isinstance(document.get("name"), str) else "")
    if not name:
        raise InvalidRequest("Say what the environment is called: 'name:' in its text, or --name")
    if args.text is not None:
        if path.exists() and not args.force and path.read_text(encoding="utf-8") != text:
            raise AlreadyExists(f"{path} is there and says something else: say --force, or --file for another name")
        path.write_text(text, encoding="utf-8")
    done = actions.publish_environment(
        call.client,
        text,
        channel=call.channel(),
        name=name,
        summary=args.summary or "",
        visibility=args.access or "",
        progress=call.front.progress,
    )
    wrote = [f"Wrote {path}"] if args.text is not None else []
    return Result(*wrote, published(done))


def history(call: Call) -> Result:
    """The versions of a notebook, and what each changed."""
    found = call.client.history(*call.full_name(call.args.name), changes=True)
    rows = []
    for one in found["versions"]:
        counts = {what: number for what, number in (one["changes"] or {}).items() if number and what != "same"}
        words = [f"{number} {'with other outputs' if what == 'outputs' else what}" for what, number in counts.items()]
        rows.append((one["version"], one["created_at"][:16].replace("T", " "), one["uploaded_by"], ", ".join(words)))
    return Result(Table(("Version", "Published", "By", "Cells"), tuple(rows)))


def diff(call: Call) -> Result:
    """What differs between a version of a notebook and a file or another version, cell by cell."""
    args = call.args
    base = versions.parse(args.base, call.client.url)
    _, old = versions.notebook(call.client, base.owner, base.name, base.version)
    path = Path(args.head).expanduser() if args.head else None
    if path is not None and path.suffix == ".ipynb":
        new = notebooks.read(path).content
    else:
        head = versions.parse(args.head, call.client.url) if args.head else base
        _, new = versions.notebook(call.client, head.owner, head.name, head.version if args.head else "")
    found = diffing.diff(old, new)
    if found["identical"]:
        return Result("They say the same.")
    parts: list[str | Verbatim] = []
    for cell in found["cells"]:
        if cell["change"] == "same" and not cell["moved"]:
            continue
        place = f"cell {cell['head']}" if cell["head"] else f"cell {cell['base']} of the base"
        parts.append(f"{cell['change']}{', moved' if cell['moved'] else ''}: {place}")
        if cell["change"] != "same":
            parts.append(Verbatim(tuple(_told(line) for line in cell["source"]["lines"])))
        others = [field["path"] for field in cell["metadata"]] + [one["name"] for one in cell["attachments"]]
        parts += ["  its outputs differ"] if cell["outputs_changed"] else []
        parts += [f"  settings and attachments that differ: {', '.join(others)}"] if others else []
    if settings := [field["path"] for field in found["metadata"]]:
        parts.append(f"settings of the notebook that differ: {', '.join(settings)}")
    return Result(*parts)


def _told(line: diffing.Line) -> str:
    """A line of source with its sign, or how many equal ones are left out."""
    if line["op"] == "…":
        return f"  … {line['text']} equal lines"
    return f"  {line['op']} {line['text']}"


def fork(call: Call) -> Result:
    """Copy somebody's notebook to a channel of yours; it keeps where it came from."""
    args = call.args
    origin = versions.parse(args.what, call.client.url)
    wishes = {"version": origin.version, "channel": args.channel, "name": args.name, "visibility": args.access}
    said = {key: value for key, value in wishes.items() if value}
    made = call.client.fork(origin.owner, origin.name, said)
    return Result((f"Forked {origin.full_name} to {made['package']['full_name']}: ", Link(made["url"])))


def suggest(call: Call) -> Result:
    """Suggest a notebook file as the next version of somebody's notebook."""
    args = call.args
    to = versions.parse(args.what, call.client.url)
    path = Path(args.path).expanduser() if args.path else call.front.notebook()
    if path is None:
        raise InvalidRequest(f"Say which file you suggest: `{call.front.call} suggest {args.what} PATH`")
    remedy = Remedy(args.remedy) if args.remedy else None
    content = actions.guarded(notebooks.read(path).content, path.name, remedy)
    made = call.client.suggest(
        to.owner,
        to.name,
        content,
        message=args.message,
        base_version=to.version,
        allow_findings=remedy is Remedy.ALLOW,
        progress=call.front.progress,
    )
    return Result((f"Suggested to {made['to']} as number {made['id']}: ", Link(made["url"])))


def suggestion_list(call: Call) -> Result:
    """The suggestions that wait for your word, or your own."""
    found = call.client.suggestions("out" if call.args.mine else "in")
    if not found:
        return Result("There are no suggestions.")
    rows = tuple((str(one["id"]), one["to"], one["author"], one["state"], one["message"][:80]) for one in found)
    return Result(Table(("Number", "To", "From", "State", "Message"), rows))


def suggestion_decide(call: Call) -> Result:
    """Accept (which publishes it), decline or withdraw a suggestion."""
    args = call.args
    done = call.client.decide(args.number, args.action, args.word or "")
    made = f", as version {done['version']}" if done["version"] else ""
    return Result((f"The suggestion {args.number} to {done['to']} is {done['state']}{made}: ", Link(done["url"])))
