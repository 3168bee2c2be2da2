"""What a secret looks like in text. Each rule is a shape with few false alarms: a guard that cries often is ignored."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .findings import Watch

_CLOUD = "|".join(
    (
        r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",  # AWS
        r"\bgh[pousr]_[A-Za-z0-9]{36,255}\b",  # GitHub
        r"\bgithub_pat_[A-Za-z0-9_]{60,255}\b",
        r"\bglpat-[A-Za-z0-9_-]{20,}",  # GitLab
        r"\bAIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])",  # Google
        r"\bxox[abprs]-[0-9A-Za-z-]{10,}",  # Slack
        r"\bsk-(?:ant-|proj-)?[A-Za-z0-9_-]{32,}",  # OpenAI, Anthropic
        r"\b[rs]k_live_[0-9A-Za-z]{20,}",  # Stripe
        r"\bhf_[A-Za-z0-9]{30,}\b",  # Hugging Face
        r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,}",  # PyPI
        r"(?<=AccountKey=)[A-Za-z0-9+/]{86}==",  # Azure storage
    )
)
_NO_SECRET = r"(?:[<{$*%]|your|my[-_ ]|xxx|example|change|placeholder|os\.)"  # noqa: S105 - what a placeholder starts with

_OWN = r"(?:(?<![\w-])|(?<=\\[bfnrt]))jr-[A-Za-z0-9]{38}(?![\w-])"
_OWN_BYTES = re.compile(_OWN.encode())


@dataclass(frozen=True)
class Rule:
    """A kind of finding: what of the text is the secret is the group `it`, else the whole match."""

    kind: str
    pattern: re.Pattern[str]
    placeholder: str = "<removed>"


RULES = (
    Rule("own-token", re.compile(_OWN)),
    Rule(
        "private-key",
        re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:[^-]|-(?!----END))*(?:-----END[^\n-]*-----)?"),
    ),
    Rule("cloud-key", re.compile(_CLOUD)),
    Rule(
        "url-token",
        re.compile(rf"\b[a-z][a-z0-9+.-]{{1,15}}://(?P<it>[^\s/:@'\"<>]*:(?!{_NO_SECRET})[^\s/@'\"<>]+)@", re.I),
    ),
    Rule(
        "url-token",
        re.compile(
            r"\bhttps?://[^\s'\"<>]{1,2000}?[?&](?:access_token|token|api_?key|password|sig|signature)="
            rf"(?P<it>(?!{_NO_SECRET})[^\s&'\"<>#]{{6,}})",
            re.I,
        ),
    ),
    Rule(
        "password",
        re.compile(
            r"\b\w{0,40}(?:password|passwd|passphrase|secret|api_?key|access_?key|auth_?token)\w{0,20}[\"']?\]?\s{0,5}[:=]\s{0,5}"
            rf"(?P<quote>[\"'])(?P<it>(?!{_NO_SECRET})[^\"'\s]{{6,200}})(?P=quote)",
            re.I,
        ),
    ),
    # jovyan is the user of every Jupyter image and names nobody
    Rule(
        "home-path",
        re.compile(
            r"(?<![\w.])(?:/home/|/Users/|[A-Za-z]:\\{1,2}Users\\{1,2})(?!jovyan\b|Shared\b|Public\b)[A-Za-z0-9][\w.-]*"
        ),
        "~",
    ),
)


@dataclass(frozen=True)
class Hit:
    """A rule's find in a text, from `start` to `end`."""

    rule: Rule
    start: int
    end: int


def hits(text: str) -> Iterator[Hit]:
    """What stands in `text`, each place once: a token in an address is not also an address with a token."""
    taken: list[tuple[int, int]] = []
    for rule in RULES:
        for match in rule.pattern.finditer(text):
            start, end = match.span("it" if "it" in rule.pattern.groupindex else 0)
            if not any(start < last and first < end for first, last in taken):
                taken.append((start, end))
                yield Hit(rule, start, end)


def masked(text: str, hit: Hit) -> str:
    """The words around a hit, with all but its first characters as dots; a path is no secret and stays."""
    found = text[hit.start : hit.end]
    # the first letters of a key tell whose it is; those of a password are part of it
    shown = {"home-path": found, "password": "…", "url-token": "…"}.get(hit.rule.kind, f"{found[:4]}…")
    before = text[max(0, hit.start - 24) : hit.start].rpartition("\n")[2]
    if any(other.start < hit.start and other.end > hit.start - len(before) for other in hits(text)):
        before = ""  # another secret stands just in front
    return "".join(letter if letter.isprintable() else " " for letter in f"{before}{shown}")[:80]


def replaced(text: str, watch: Watch) -> str:
    """`text` with a placeholder for each hit that is watched for."""
    for hit in sorted(hits(text), key=lambda hit: -hit.start):
        if not watch.for_kind(hit.rule.kind):
            continue
        text = text[: hit.start] + hit.rule.placeholder + text[hit.end :]
    return text


def scan_text(text: str) -> list[tuple[str, str]]:
    """Kind and masked excerpt of each hit in a plain text such as an environment.yml."""
    return [(hit.rule.kind, masked(text, hit)) for hit in sorted(hits(text), key=lambda hit: hit.start)]


def own_tokens(content: bytes) -> list[str]:
    """What looks like a token of a repository of ours, anywhere in the bytes of a file."""
    return sorted({found.decode() for found in _OWN_BYTES.findall(content)})
