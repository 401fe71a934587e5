"""The vocabulary in the admin."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from search.models import SynonymGroup


class SynonymGroupViewSet(SnippetViewSet):  # type: ignore[misc]
    model = SynonymGroup
    icon = "search"
    menu_label = _("Synonyms")
    menu_order = 520
    add_to_admin_menu = True
    list_display = ["terms_line", "also_line", "kind", BooleanColumn("is_active", label=_("In use"))]
    list_filter = ["kind", "is_active", "language"]
    search_fields = ["terms", "also", "reason"]
    list_per_page = 50
    panels = [
        FieldPanel("kind"),
        FieldPanel("terms"),
        FieldPanel("also"),
        FieldPanel("reason"),
        FieldPanel("is_active"),
    ]


register_snippet(SynonymGroupViewSet)
