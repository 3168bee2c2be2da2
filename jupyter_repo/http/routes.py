"""The one list of addresses: pattern, handler, and what an address asks of its caller.

`access` is a promise that a test checks by walking the list: `open` answers anybody, `visible` answers anybody with
what they may see, `signed-in` refuses the anonymous, `form` is authorised by a secret of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tornado import web

from .api import (
    access,
    administration,
    collaborators,
    groups,
    history,
    jobs,
    labels,
    mirrors,
    moving,
    notices,
    packages,
    plans,
    quarantine,
    root,
    stars,
    suggestions,
    thumbnails,
    tokens,
    uploads,
    users,
)
from .api import account as own
from .api import hub as hub_api
from .api import oauth as oauth_api
from .api.openapi import OpenApiHandler
from .base import NotFoundHandler
from .channels import browsers, conda, pypi
from .pages import (
    account,
    adding,
    avatars,
    browse,
    confirming,
    dashboard,
    feeds,
    hub,
    labelling,
    notebooks,
    oauth,
    package_settings,
    reading,
    recovery,
    resolving,
)
from .pages import packages as package_pages
from .pages.admin import accounts as admin_accounts
from .pages.admin import audit as admin_audit
from .pages.admin import jobs as admin_jobs
from .pages.admin import keeping
from .pages.settings import access as access_settings
from .pages.settings import account as own_settings
from .pages.settings import base as settings
from .pages.settings import billing, log, organizations, profile
from .pages.settings import groups as group_settings

Access = Literal["open", "visible", "signed-in", "form"]


@dataclass(frozen=True)
class Route:
    """One address.

    In `path`, `{name}` is one segment, `{name:rest}` any number, `{name:label}` a label, `{name:sha256}` a digest.
    """

    path: str
    handler: type[web.RequestHandler]
    access: Access = "visible"

    @property
    def pattern(self) -> str:
        """The path as tornado wants it."""
        forms = {"rest": ".+", "label": ".+?", "sha256": "[0-9a-f]{64}"}
        return re.sub(
            r"\\{(\w+)(?::(\w+))?\\}",
            lambda match: f"(?P<{match[1]}>{forms.get(match[2], '[^/]+')})",
            re.escape(self.path).replace("\\\\", "\\"),
        )


ROUTES: tuple[Route, ...] = (
    # first what programs ask for all day: routes are tried one by one
    # conda
    Route("/conda/{owner}/notices.json", conda.NoticesHandler, "open"),
    Route("/conda/{owner}/channeldata.json", conda.ChanneldataHandler),
    # time travel, before plain labels: a label may hold slashes
    Route("/conda/{owner}/at/{at}/notices.json", conda.NoticesHandler, "open"),
    Route("/conda/{owner}/at/{at}/channeldata.json", conda.ChanneldataHandler),
    Route("/conda/{owner}/at/{at}/{subdir}/shards/{digest:sha256}.msgpack.zst", conda.ShardHandler),
    Route("/conda/{owner}/at/{at}/{subdir}/{filename}", conda.CondaHandler),
    Route("/conda/{owner}/label/{label:label}/at/{at}/notices.json", conda.NoticesHandler, "open"),
    Route("/conda/{owner}/label/{label:label}/at/{at}/channeldata.json", conda.ChanneldataHandler),
    Route("/conda/{owner}/label/{label:label}/at/{at}/{subdir}/shards/{digest:sha256}.msgpack.zst", conda.ShardHandler),
    Route("/conda/{owner}/label/{label:label}/at/{at}/{subdir}/{filename}", conda.CondaHandler),
    Route("/conda/{owner}/label/{label:label}/notices.json", conda.NoticesHandler, "open"),
    Route("/conda/{owner}/label/{label:label}/channeldata.json", conda.ChanneldataHandler),
    Route("/conda/{owner}/{subdir}/shards/{digest:sha256}.msgpack.zst", conda.ShardHandler),
    Route("/conda/{owner}/label/{label:label}/{subdir}/shards/{digest:sha256}.msgpack.zst", conda.ShardHandler),
    Route("/conda/{owner}/label/{label:label}/{subdir}/{filename}", conda.CondaHandler),
    Route("/conda/{owner}/label/{label}", browsers.CondaChannelHandler, "open"),
    Route("/conda/{owner}/{subdir}/{filename}", conda.CondaHandler),
    # PyPI
    Route("/pypi/{owner}/simple", pypi.SlashHandler, "open"),
    Route("/pypi/{owner}/simple/", pypi.SimpleHandler),
    Route("/pypi/{owner}/simple/{project}", pypi.SlashHandler, "open"),
    Route("/pypi/{owner}/simple/{project}/", pypi.SimpleHandler),
    Route("/pypi/{owner}/files/{filename}", pypi.PypiFileHandler),
    Route("/pypi/{owner}/at/{at}", pypi.SlashHandler, "open"),
    Route("/pypi/{owner}/at/{at}/", pypi.ShortSimpleHandler),
    Route("/pypi/{owner}/at/{at}/simple", pypi.SlashHandler, "open"),
    Route("/pypi/{owner}/at/{at}/simple/", pypi.SimpleHandler),
    Route("/pypi/{owner}/at/{at}/simple/{project}", pypi.SlashHandler, "open"),
    Route("/pypi/{owner}/at/{at}/simple/{project}/", pypi.SimpleHandler),
    Route("/pypi/{owner}/at/{at}/files/{filename}", pypi.PypiFileHandler),
    Route("/pypi/{owner}/at/{at}/{project}", pypi.SlashHandler, "open"),
    Route("/pypi/{owner}/at/{at}/{project}/", pypi.ShortSimpleHandler),
    Route("/pypi/{owner}/legacy", pypi.LegacyUploadHandler, "signed-in"),
    Route("/pypi/{owner}/legacy/", pypi.LegacyUploadHandler, "signed-in"),
    Route("/pypi/{owner}", browsers.PypiChannelHandler, "open"),
    Route("/pypi/{owner}/", browsers.PypiIndexHandler),
    Route("/pypi/{owner}/{project}", pypi.SlashHandler, "open"),
    Route("/pypi/{owner}/{project}/", pypi.ShortSimpleHandler),
    # the API
    Route("/api", root.RootHandler, "open"),
    Route("/api/", root.RootHandler, "open"),
    Route("/api/openapi.json", OpenApiHandler, "open"),
    Route("/api/scopes", root.ScopesHandler, "open"),
    Route("/api/authentication-type", root.AuthenticationTypeHandler, "open"),
    Route("/api/authentications", tokens.AuthenticationsHandler, "signed-in"),
    Route("/api/authentication", tokens.AuthenticationHandler, "signed-in"),
    Route("/api/authentications/name/{name:rest}", tokens.NamedAuthenticationHandler, "signed-in"),
    Route("/api/authentications/org/{organization}/name/{name:rest}", tokens.NamedAuthenticationHandler, "signed-in"),
    Route("/api/tokens/{owner}", tokens.TokensHandler, "signed-in"),
    Route("/api/tokens/{owner}/{name:rest}", tokens.TokenHandler, "signed-in"),
    Route("/api/notices/{owner}", notices.ChannelNoticesHandler),
    Route("/api/mirrors/{owner}", mirrors.MirrorsHandler, "signed-in"),
    Route("/api/mirrors/{owner}/{kind}", mirrors.MirrorHandler, "signed-in"),
    Route("/api/retired-names/{owner}/{name}", mirrors.RetiredNameHandler, "signed-in"),
    Route("/api/resolve/{owner}/{kind}/{name}", mirrors.ResolveHandler),
    Route("/api/rotate/{owner}/{name:rest}", tokens.RotateHandler, "signed-in"),
    Route("/api/sign-up", own.SignUpHandler, "open"),
    Route("/api/forgot", own.ForgotHandler, "open"),
    Route("/api/reset", own.ResetHandler, "form"),
    Route("/api/user/password", own.OwnPasswordHandler, "signed-in"),
    Route("/api/user/email", own.OwnEmailHandler, "signed-in"),
    Route("/api/accounts/{owner}", own.CloseHandler, "signed-in"),
    Route("/api/organizations", own.OrganizationHandler, "signed-in"),
    Route("/api/organizations/{organization}", own.OneOrganizationHandler, "signed-in"),
    Route("/api/organizations/{organization}/members/{user}", own.MembershipHandler, "signed-in"),
    Route("/api/admin/users", administration.UsersHandler, "signed-in"),
    Route("/api/admin/users/{user}", administration.UserStateHandler, "signed-in"),
    Route("/api/admin/users/{user}/reset-link", administration.ResetLinkHandler, "signed-in"),
    Route("/api/admin/users/{user}/hub", hub_api.UserHubLinkHandler, "signed-in"),
    Route("/api/admin/invitations", administration.InvitationsHandler, "signed-in"),
    Route("/api/admin/plans/{owner}", plans.AssignHandler, "signed-in"),
    Route("/api/admin/plan-requests", plans.RequestsHandler, "signed-in"),
    Route("/api/admin/plan-requests/{request}", plans.AnswerHandler, "signed-in"),
    Route("/api/admin/quarantine", quarantine.QuarantinesHandler, "signed-in"),
    Route("/api/admin/quarantine/{owner}/{name}", quarantine.QuarantineHandler, "signed-in"),
    Route("/api/admin/jobs", jobs.JobsHandler, "signed-in"),
    Route("/api/admin/jobs/{job}", jobs.JobHandler, "signed-in"),
    Route("/api/plans", plans.PlansHandler, "open"),
    Route("/api/plans/{owner}", plans.PlanHandler, "signed-in"),
    Route("/api/session-link", users.SessionLinkHandler, "signed-in"),
    Route("/api/hub/token", hub_api.HubTokenHandler, "form"),
    Route("/api/user", users.UserHandler, "signed-in"),
    Route("/api/user/hub", hub_api.HubLinkHandler, "signed-in"),
    Route("/api/user/groups", groups.MyGroupsHandler, "signed-in"),
    Route("/api/user/orgs", users.OrganizationsHandler, "signed-in"),
    Route("/api/user/{name}", users.UserHandler),
    Route("/api/users/{name}/orgs", users.OrganizationsHandler),
    Route("/api/packages", packages.PackagesHandler, "signed-in"),
    Route("/api/packages/{owner}", packages.PackagesHandler),
    Route("/api/search", packages.SearchHandler),
    Route("/api/search/kinds", packages.KindsHandler),
    Route("/api/package/{owner}/{name}", packages.PackageHandler),
    Route("/api/release/{owner}/{name}/{version}", packages.ReleaseHandler),
    Route("/api/dist/{owner}/{name}/{version}/{basename:rest}", packages.FileHandler),
    Route("/api/download/{owner}/{name}/{version}/{basename:rest}", packages.DownloadHandler),
    Route("/api/upload/{owner}", uploads.UploadFormHandler, "signed-in"),
    Route("/api/upload/{owner}/{filename}", uploads.UploadFileHandler, "signed-in"),
    Route("/api/channels/{owner}/upload/{filename}", uploads.QuetzUploadHandler, "signed-in"),
    Route("/api/v1/upload/{owner}", uploads.UploadFormHandler, "signed-in"),
    Route("/api/stage/{owner}/{name}/{version}/{basename:rest}", uploads.StageHandler, "signed-in"),
    Route("/api/stage-form", uploads.StageFormHandler, "form"),
    Route("/api/commit/{owner}/{name}/{version}/{basename:rest}", uploads.CommitHandler, "signed-in"),
    Route("/api/copy/package/{owner}/{name}/{version}/", moving.CopyHandler, "signed-in"),
    Route("/api/copy/package/{owner}/{name}/{version}/{basename:rest}", moving.CopyHandler, "signed-in"),
    Route("/api/transfer/{owner}/{name}", moving.TransferHandler, "signed-in"),
    Route("/api/deleted/{owner}", moving.DeletedHandler, "signed-in"),
    Route("/api/restore/{owner}/{name}/{version}/{basename:rest}", moving.RestoreHandler, "signed-in"),
    Route("/api/forks/{owner}/{name}", suggestions.ForksHandler),
    Route("/api/suggest/{owner}/{name}/{filename}", suggestions.SuggestHandler, "signed-in"),
    Route("/api/suggestions", suggestions.SuggestionsHandler, "signed-in"),
    Route("/api/suggestions/{key}", suggestions.SuggestionHandler, "signed-in"),
    Route("/api/suggestions/{key}/notebook", suggestions.SuggestedNotebookHandler, "signed-in"),
    Route("/api/stars", stars.StarsHandler, "signed-in"),
    Route("/api/stars/{owner}/{name}", stars.StarHandler, "signed-in"),
    Route("/api/history/{owner}/{name}", history.HistoryHandler),
    Route("/api/thumbnail/{owner}/{name}/{version}", thumbnails.ThumbnailHandler),
    Route("/api/packages/{owner}/{name}/collaborators", collaborators.CollaboratorsHandler, "signed-in"),
    Route("/api/packages/{owner}/{name}/collaborators/{user}", collaborators.CollaboratorHandler, "signed-in"),
    Route(
        "/api/packages/{owner}/{name}/collaborating-groups/{group}",
        collaborators.CollaboratingGroupHandler,
        "signed-in",
    ),
    Route("/api/groups/{organization}", groups.GroupsHandler, "signed-in"),
    Route("/api/group/{organization}/{group}", groups.GroupHandler, "signed-in"),
    Route("/api/group/{organization}/{group}/members", groups.GroupMembersHandler, "signed-in"),
    Route("/api/group/{organization}/{group}/members/{user}", groups.GroupMemberHandler, "signed-in"),
    Route("/api/group/{organization}/{group}/packages", groups.GroupPackagesHandler, "signed-in"),
    Route("/api/group/{organization}/{group}/packages/{name}", groups.GroupPackageHandler, "signed-in"),
    Route("/api/can", access.CanHandler),
    Route("/api/audit", access.AuditHandler, "signed-in"),
    Route("/api/audit/{owner}", access.AuditHandler, "signed-in"),
    Route("/api/notifications", access.NotificationsHandler, "signed-in"),
    # labels hold slashes: what ends in /lock or holds /copy/ is meant before the plain label
    Route("/api/channels/{owner}", labels.LabelsHandler),
    Route("/api/channels/{owner}/{label:rest}/lock", labels.LabelLockHandler, "signed-in"),
    Route("/api/channels/{owner}/{label:label}/copy/{target:rest}", labels.LabelCopyHandler, "signed-in"),
    Route("/api/channels/{owner}/{label:rest}", labels.LabelHandler),
    # for browsers
    Route("/conda/{owner}", browsers.CondaChannelHandler, "open"),
    Route("/conda/{owner}/", browsers.CondaChannelHandler, "open"),
    Route("/conda/{owner}/{subdir}", browsers.CondaChannelHandler, "open"),
    Route("/conda/{owner}/{subdir}/", browsers.CondaChannelHandler, "open"),
    # what is left of the programs' addresses is no page
    Route("/api/{address:rest}", NotFoundHandler, "open"),
    Route("/conda/{address:rest}", NotFoundHandler, "open"),
    Route("/pypi/{address:rest}", NotFoundHandler, "open"),
    # pages
    Route("/", browse.HomeHandler),
    Route("/dashboard", dashboard.DashboardPage, "signed-in"),
    Route("/dashboard/access", dashboard.SetAccessHandler, "signed-in"),
    Route("/dashboard/add", adding.AddPage, "signed-in"),
    Route("/admin", admin_accounts.AccountsPage, "signed-in"),
    Route("/admin/accounts", admin_accounts.AccountsPage, "signed-in"),
    Route("/admin/accounts/{owner}", admin_accounts.AccountPage, "signed-in"),
    Route("/admin/invitations", admin_accounts.InvitationsPage, "signed-in"),
    Route("/admin/plans", keeping.PlansPage, "signed-in"),
    Route("/admin/quarantine", keeping.QuarantinePage, "signed-in"),
    Route("/admin/storage", keeping.StoragePage, "signed-in"),
    Route("/admin/jobs", admin_jobs.JobsPage, "signed-in"),
    Route("/admin/site", keeping.SitePage, "signed-in"),
    Route("/admin/audit", admin_audit.AuditPage, "signed-in"),
    Route("/notifications", dashboard.NotificationsPage, "signed-in"),
    Route("/login", account.SignInHandler, "open"),
    Route("/hub/login", hub.HubLoginHandler, "open"),
    Route("/oauth_callback", hub.HubCallbackHandler, "form"),
    Route("/signup", account.SignUpPage, "open"),
    Route("/invitation/{secret}", account.SignUpPage, "form"),
    Route("/logout", account.SignOutHandler, "open"),
    Route("/session/{secret}", account.SessionLinkHandler, "form"),
    Route("/account/switch", account.SwitchHandler, "signed-in"),
    Route("/account/verify", confirming.VerifyPage, "signed-in"),
    Route("/account/forgot_password", recovery.ForgotPasswordPage, "open"),
    Route("/account/forgot_username", recovery.ForgotUsernamePage, "open"),
    Route("/account/reset/{secret}", recovery.ResetPage, "form"),
    Route("/account/confirm/{secret}", recovery.ConfirmPage, "form"),
    # signing a client in by the browser, where the repository has https
    Route("/.well-known/openid-configuration", oauth_api.DiscoveryHandler, "open"),
    Route("/oauth/jwks", oauth_api.KeysHandler, "open"),
    Route("/oauth/token", oauth_api.TokenHandler, "form"),
    Route("/oauth/device", oauth_api.DeviceAuthorizationHandler, "open"),
    Route("/oauth/userinfo", oauth_api.UserInfoHandler, "signed-in"),
    Route("/oauth/authorize", oauth.AuthorizePage, "form"),
    Route("/device", oauth.DevicePage, "form"),
    Route("/app/local-login-{outcome}", oauth.LandingPage, "open"),
    Route("/.well-known/change-password", account.ChangePasswordHandler, "open"),
    Route("/avatar/{name}", avatars.AvatarHandler),
    Route("/favicon.ico", browse.FaviconHandler, "open"),
    Route("/robots.txt", reading.RobotsHandler, "open"),
    Route("/.well-known/security.txt", reading.SecurityHandler, "open"),
    Route("/terms", reading.TermsPage, "open"),
    Route("/about", reading.AboutPage, "open"),
    Route("/status", reading.StatusPage, "open"),
    Route("/docs", reading.DocsPage, "open"),
    Route("/docs/{topic}", reading.DocsPage, "open"),
    Route("/feeds/{owner}/atom.xml", feeds.FeedHandler),
    Route("/landscape", browse.LandscapeHandler, "open"),
    Route("/view-all", browse.ListPage),
    Route("/packages", browse.PackagesPage),
    Route("/notebooks", browse.NotebooksPage),
    Route("/environments", browse.EnvironmentsPage),
    Route("/favorites", browse.FavoritesPage, "signed-in"),
    Route("/labels", labelling.MyLabelsPage, "signed-in"),
    Route("/labels/{owner}", labelling.LabelsPage),
    Route("/stars/{owner}/{name}", browse.StarHandler, "signed-in"),
    # settings, before what a package may be called
    Route("/settings", settings.SettingsRedirect, "signed-in"),
    Route("/settings/{section}", settings.SettingsRedirect, "signed-in"),
    Route("/organizations", organizations.OrganizationsRedirect, "signed-in"),
    Route("/organizations/new", organizations.NewOrganizationPage, "signed-in"),
    Route("/groups", organizations.MembershipPage, "signed-in"),
    Route("/organization/{owner}/settings/groups", settings.GroupsRedirect, "open"),
    Route("/organization/{owner}/settings/groups/", settings.GroupsRedirect, "open"),
    Route("/{owner}/settings", settings.OwnerRedirect, "open"),
    Route("/{owner}/settings/profile", profile.ProfilePage, "signed-in"),
    Route("/{owner}/settings/account", own_settings.AccountPage, "signed-in"),
    Route("/{owner}/settings/billing", billing.BillingPage, "signed-in"),
    Route("/{owner}/settings/access", access_settings.AccessPage, "signed-in"),
    Route("/{owner}/settings/organizations", organizations.OrganizationsPage, "signed-in"),
    Route("/{owner}/settings/notifications", log.NotificationSettingsPage, "signed-in"),
    Route("/{owner}/settings/security", log.SecurityLogPage, "signed-in"),
    Route("/{owner}/settings/notices", labelling.NoticesPage, "signed-in"),
    # with a slash at the end, which no package's page has
    Route("/{owner}/groups/", group_settings.GroupsPage, "signed-in"),
    Route("/{owner}/groups/{group}/", group_settings.GroupPage, "signed-in"),
    Route("/{owner}/settings/mirrors", resolving.ResolvePage),
    Route("/{owner}", browse.ChannelHandler),
    Route("/{owner}/{name}", package_pages.PackageHandler),
    Route("/{owner}/{name}/settings", package_settings.GeneralPage, "signed-in"),
    Route("/{owner}/{name}/settings/labels", package_settings.LabelsPage, "signed-in"),
    Route("/{owner}/{name}/settings/collaborators", package_settings.CollaboratorsPage, "signed-in"),
    Route("/{owner}/{name}/settings/admin", package_settings.AdminPage, "signed-in"),
    Route("/{owner}/{name}/{version}", package_pages.PackageHandler),
    Route("/{owner}/{name}/{version}/interactive", notebooks.InteractiveHandler),
    Route("/{owner}/{name}/{version}/diff", notebooks.DiffPage),
    Route("/{owner}/{name}/{version}/files/{basename:rest}", package_pages.FilePage),
)
"""Every address of the repository; the first that fits counts."""
