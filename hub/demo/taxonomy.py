"""Themes, topics, conditions, organisations, services and contacts of the demonstration."""

from __future__ import annotations

from home.models import Condition, Organisation, Person, Service, Theme, Topic
from hub.demo.reading import content, plain


def load_taxonomy() -> None:
    for entry in content("framework")["themes"]:
        Theme.objects.get_or_create(
            slug=entry["slug"],
            defaults={"number": entry["number"], "name": entry["name"], "summary": plain(entry["summary"])},
        )
    data = content("organisations")
    for entry in data["topics"]:
        Topic.objects.get_or_create(slug=entry["slug"], defaults={"name": entry["label"]})
    for entry in data["conditions"]:
        Condition.objects.get_or_create(slug=entry["slug"], defaults={"name": entry["name"], "kind": entry["kind"]})
    for entry in data["organisations"]:
        values = {key: entry[key] for key in ("name", "short_name", "kind", "website", "is_sample")}
        Organisation.objects.get_or_create(slug=entry["slug"], defaults={**values, "summary": plain(entry["summary"])})
    organisations = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    for entry in data["services"]:
        values = {key: entry[key] for key in ("name", "setting", "region", "population_served", "is_sample")}
        Service.objects.get_or_create(
            slug=entry["slug"],
            defaults={
                **values,
                "summary": plain(entry["summary"]),
                "organisation": organisations[entry["organisation"]],
            },
        )
    for entry in data["people"]:
        values = {key: entry[key] for key in ("role", "name", "email")}
        Person.objects.get_or_create(
            slug=entry["slug"], defaults={**values, "organisation": organisations[entry["organisation"]]}
        )
