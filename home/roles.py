"""Who may do what: groups, their permissions and the review workflow, made so that running it again changes nothing.

Editors write everything and publish the blog and plain pages alone. Case studies, standards and research go through a
second person: only the network team may publish there. Both follow from Wagtail's own page permissions, which are
given on parts of the tree, so every door of the admin (copy, bulk actions, history …) respects them.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from home.models import BlogIndexPage, ContentPage, HomePage, NetworkReviewTask

EDITORS = "Editors"
NETWORK_TEAM = "Network team"
WORKFLOW = "Network team review"

#: Snippets whose choice shapes the whole hub: the network team keeps them, editors read them.
NETWORK_SNIPPETS = ["theme", "topic", "condition"]
#: Snippets that editors add while they write.
SHARED_SNIPPETS = ["organisation", "service", "person"]


def _page_permission(group: Group, page: Page, codename: str) -> None:
    permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
    GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


def let_editors_publish(page: Page) -> None:
    """Give editors the right to publish a plain top-level page (or the blog) and everything under it."""
    if page.depth == 3 and (group := Group.objects.filter(name=EDITORS).first()):
        _page_permission(group, Page(pk=page.pk), "publish_page")


def _page_permissions(editors: Group, network_team: Group) -> None:
    for home in HomePage.objects.all():
        base = Page(pk=home.pk)
        for codename in ("add_page", "change_page"):
            _page_permission(editors, base, codename)
        for codename in ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page"):
            _page_permission(network_team, base, codename)
    for page in [*BlogIndexPage.objects.all(), *ContentPage.objects.filter(depth=3)]:
        let_editors_publish(page)


def _model_permissions(group: Group, models: list[str], actions: tuple[str, ...]) -> None:
    codenames = [f"{action}_{model}" for model in models for action in actions]
    group.permissions.add(*Permission.objects.filter(codename__in=codenames, content_type__app_label="home"))


def _collection_permissions(group: Group) -> None:
    root = Collection.get_first_root_node()
    # Wagtail asks for the permissions of its own models, whatever model of ours stands in for them.
    for app_label, model in (("wagtailimages", "image"), ("wagtaildocs", "document")):
        content_type = ContentType.objects.filter(app_label=app_label, model=model).first()
        for action in ("add", "change", "choose"):
            permission = Permission.objects.filter(content_type=content_type, codename=f"{action}_{model}").first()
            if root and permission:
                GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def _workflow(network_team: Group) -> None:
    workflow, _created = Workflow.objects.get_or_create(name=WORKFLOW, defaults={"active": True})
    task = NetworkReviewTask.objects.filter(name=WORKFLOW).first() or NetworkReviewTask.objects.create(name=WORKFLOW)
    task.groups.add(network_team)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    for home in HomePage.objects.all():
        WorkflowPage.objects.get_or_create(page=Page(pk=home.pk), defaults={"workflow": workflow})


def sync_roles(**kwargs: Any) -> None:
    """Make the groups, permissions and workflow as this module says; takes nothing away that somebody added."""
    # Django makes an app's permissions after a migration too, but later than it calls us.
    create_permissions(apps.get_app_config("home"), verbosity=0)
    access = Permission.objects.filter(content_type__app_label="wagtailadmin", codename="access_admin")
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in (EDITORS, NETWORK_TEAM)}
    for group in groups.values():
        group.permissions.add(*access)
        _collection_permissions(group)
        _model_permissions(group, SHARED_SNIPPETS, ("add", "change", "view"))
    _model_permissions(groups[NETWORK_TEAM], SHARED_SNIPPETS, ("delete",))
    _model_permissions(groups[EDITORS], NETWORK_SNIPPETS, ("view",))
    _model_permissions(groups[NETWORK_TEAM], NETWORK_SNIPPETS, ("add", "change", "delete", "view"))
    _page_permissions(groups[EDITORS], groups[NETWORK_TEAM])
    _workflow(groups[NETWORK_TEAM])
