from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = "Public search"

    def ready(self) -> None:
        from home.search_protocol import count_facets_with
        from search import signals  # noqa: F401  (connects the receivers)
        from search.counting import facet_counts
        from search.roles import let_network_team_keep_search

        count_facets_with(facet_counts)
        post_migrate.connect(let_network_team_keep_search, sender=self, dispatch_uid="search.roles")
