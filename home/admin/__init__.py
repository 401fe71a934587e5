"""The editors' side of the hub: snippets, upkeep, dashboard, reports, publishing checks.

`home.wagtail_hooks` wires it into Wagtail.
"""
