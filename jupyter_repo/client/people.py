"""The part of the REST API about people: organizations, groups, collaborators, favourites, notifications, labels."""

from __future__ import annotations

from typing import Any, cast

from .documents import AccountDocument, NewTokenDocument, PackageSummary
from .transport import Transport, segment, segments

Documents = list[dict[str, Any]]


class PeopleClient(Transport):
    """One method for each endpoint; the errors are those of every request."""

    # one's own account

    def sign_up(self, **fields: object) -> dict[str, Any]:
        """Make an account (`name`, `email`, `password`, `accept_terms`, `invitation`); `token` signs it in."""
        return self.document(self.request("POST", "/sign-up", json=fields), dict)

    def notifications(self) -> Documents:
        """Messages for the caller, newest first."""
        return self.get("/notifications", list)

    def mark_read(self) -> int:
        """Say that all messages were read; how many were new."""
        return int(self.document(self.request("POST", "/notifications"), dict).get("read", 0))

    def can(self, action: str, target: str) -> dict[str, Any]:
        """What the gate says to `action` on `target` (a channel or a package)."""
        return self.get("/can", dict, {"action": action, "target": target})

    def stars(self) -> list[PackageSummary]:
        """The caller's favourites."""
        return cast(list[PackageSummary], self.get("/stars", list))

    def star(self, channel: str, name: str, *, on: bool = True) -> None:
        """Star a package, or take the star away."""
        self.request("PUT" if on else "DELETE", f"/stars/{segment(channel)}/{segment(name)}")

    # organizations and groups

    def organizations(self) -> Documents:
        """The organizations that the caller owns."""
        return self.get("/user/orgs", list)

    def my_groups(self) -> Documents:
        """The groups that the caller is in, each with its organization."""
        return self.get("/user/groups", list)

    def create_organization(self, name: str, email: str) -> AccountDocument:
        """A new organization; who makes it owns it."""
        made = self.document(self.request("POST", "/organizations", json={"name": name, "email": email}), dict)
        return cast(AccountDocument, made)

    def edit_organization(self, name: str, changes: dict[str, str]) -> AccountDocument:
        """Change `email` or `display_name`."""
        response = self.request("PATCH", f"/organizations/{segment(name)}", json=changes)
        return cast(AccountDocument, self.document(response, dict))

    def expel(self, organization: str, user: str) -> None:
        """End everything a user may do in an organization."""
        self.request("DELETE", f"/organizations/{segment(organization)}/members/{segment(user)}")

    def groups(self, organization: str) -> Documents:
        """The groups of an organization, Owners first."""
        return cast(Documents, self.get(f"/groups/{segment(organization)}", dict)["groups"])

    def group(self, organization: str, name: str) -> dict[str, Any]:
        """A group with its `members` and `packages`."""
        path = _group(organization, name)
        found = self.get(path, dict)
        return found | {"members": self.get(f"{path}/members", list), "packages": self.get(f"{path}/packages", list)}

    def create_group(self, organization: str, name: str, level: str) -> None:
        """A new group whose members have `level` on the packages it lists."""
        self.request("POST", _group(organization, name), json={"perms": level})

    def edit_group(self, organization: str, name: str, level: str) -> None:
        """Another level for a group, at once on all its packages."""
        self.request("PATCH", _group(organization, name), json={"perms": level})

    def delete_group(self, organization: str, name: str) -> None:
        """Delete a group."""
        self.request("DELETE", _group(organization, name))

    def set_group_member(self, organization: str, name: str, user: str, *, on: bool) -> None:
        """Add or remove a member; of Owners: a co-owner."""
        self.request("PUT" if on else "DELETE", f"{_group(organization, name)}/members/{segment(user)}")

    def set_group_package(self, organization: str, name: str, package: str, *, on: bool) -> None:
        """List a package in a group, or take it off."""
        self.request("PUT" if on else "DELETE", f"{_group(organization, name)}/packages/{segment(package)}")

    # collaborators and labels of a package

    def collaborators(self, channel: str, name: str) -> Documents:
        """Who works on a package: `login`, `level`, `type` (user or group)."""
        return self.get(_collaborators(channel, name), list)

    def set_collaborator(self, channel: str, name: str, who: str, level: str | None, *, group: bool = False) -> None:
        """Give a user (or a group) a level on a package; None: none any more."""
        path = f"{_collaborators(channel, name, group=group)}/{segment(who)}"
        if level is None:
            self.request("DELETE", path)
        else:
            self.request("PUT", path, json={"level": level})

    def labels(self, channel: str) -> dict[str, dict[str, Any]]:
        """The labels of a channel, each with `is_locked`."""
        return self.get(f"/channels/{segment(channel)}", dict)

    def set_label(self, channel: str, label: str, *, on: bool, **narrowed: str) -> None:
        """Give files a label or take it off; `package`, `version` and `basename` narrow which."""
        path = f"/channels/{segment(channel)}/{segments(label)}"
        self.request("POST" if on else "DELETE", path, json={key: value for key, value in narrowed.items() if value})

    # tokens

    def rotate_token(self, channel: str, name: str) -> NewTokenDocument:
        """A new secret for a token; the old one works on for a week."""
        response = self.request("POST", f"/rotate/{segment(channel)}/{segment(name)}")
        return cast(NewTokenDocument, self.document(response, dict))


def _group(organization: str, name: str) -> str:
    return f"/group/{segment(organization)}/{segment(name)}"


def _collaborators(channel: str, name: str, *, group: bool = False) -> str:
    kind = "collaborating-groups" if group else "collaborators"
    return f"/packages/{segment(channel)}/{segment(name)}/{kind}"
