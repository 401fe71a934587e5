"""Examples of a standard being met, as a reader finds them on the standard's page."""

from __future__ import annotations

import copy
import datetime
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale

from practice_library.coverage import coverage_table
from practice_library.examples import examples_of
from practice_library.models import CaseStudyIndexPage, CaseStudyPage, ClaimVerification, FrameworkPage, StandardPage
from practice_library.models.case_study import State
from practice_library.models.claim import Extent
from practice_library.models.framework import EditionStatus
from tests import factories


@dataclass
class Framework:
    """One edition with one standard, and a library to put case studies into."""

    edition: FrameworkPage
    standard: StandardPage
    library: CaseStudyIndexPage

    def example(self, title: str, day: int = 1, of: StandardPage | None = None, **claim: object) -> CaseStudyPage:
        """A case study first published on a day of March 2026 that shows the standard being met."""
        return factories.case_study(
            self.library,
            title,
            claims=[factories.claim(of or self.standard, **claim)],
            first_published_at=datetime.datetime(2026, 3, day, tzinfo=datetime.UTC),
        )


@pytest.fixture(scope="module")
def _framework(module_database: None) -> Framework:
    home = factories.home_page()
    edition = factories.framework(home)
    return Framework(edition, factories.standard(factories.theme_page(edition)), factories.case_study_index(home))


@pytest.fixture
def framework(db: None, _framework: Framework) -> Framework:
    return copy.deepcopy(_framework)


def titles(standard: StandardPage, page: object = 1) -> list[str]:
    return [example.case_study.title for example in examples_of(standard, page)[0]]


def page_of(client: Client, standard: StandardPage, query: str = "") -> str:
    response = client.get(standard.get_url() + query)
    assert response.status_code == 200
    return str(response.content.decode())


def later_edition(home: object, *, effective: int = 2027, theme: int = 1, **values: object) -> StandardPage:
    """Standard 1.1 in an edition of its own."""
    status = EditionStatus.SUPERSEDED if effective < 2026 else EditionStatus.CURRENT
    FrameworkPage.objects.filter(status=EditionStatus.CURRENT).update(status=EditionStatus.SUPERSEDED)
    edition = factories.framework(
        home,
        f"The framework {effective}",
        version=f"{effective}.0",
        effective_from=datetime.date(effective, 1, 1),
        status=status,
    )
    return factories.standard(factories.theme_page(edition, theme), **values)


# Order


def test_checked_examples_come_first_then_whole_ones_then_the_newest(framework: Framework) -> None:
    framework.example("Part, newest", 9, extent=Extent.PARTLY)
    framework.example("Whole, old", 1)
    framework.example("Whole, new", 5)
    checked_part = framework.example("Part, checked", 3, extent=Extent.PARTLY)
    checked_whole = framework.example("Whole, checked", 2)
    for page in (checked_part, checked_whole):
        factories.verification(page.claims.get())
    assert titles(framework.standard) == [
        "Whole, checked", "Part, checked", "Whole, new", "Whole, old", "Part, newest",
    ]  # fmt: skip


def test_an_example_of_part_of_a_standard_is_not_called_whole(client: Client, framework: Framework) -> None:
    framework.example("Only the weight", extent=Extent.PARTLY)
    html = page_of(client, framework.standard)
    assert "Meets part of this standard" in html
    assert "Meets this standard in full" not in html


def test_what_has_ended_reads_as_past(client: Client, framework: Framework) -> None:
    ended = framework.example("A walking group")
    CaseStudyPage.objects.filter(pk=ended.pk).update(state=State.ENDED, ended_on=datetime.date(2024, 6, 30))
    html = page_of(client, framework.standard)
    assert "qin-example--ended" in html
    assert "Ended 2024" in html
    assert "Running" not in html


def test_a_running_example_does_not_read_as_past(client: Client, framework: Framework) -> None:
    framework.example("A walking group")
    html = page_of(client, framework.standard)
    assert "qin-example--ended" not in html
    assert "Running" in html


# Checks


def test_a_checked_example_says_when(client: Client, framework: Framework) -> None:
    check = factories.verification(framework.example("A walking group").claims.get())
    ClaimVerification.objects.filter(pk=check.pk).update(
        verified_at=datetime.datetime(2026, 5, 4, 12, tzinfo=datetime.UTC)
    )
    html = page_of(client, framework.standard)
    assert "Checked by the network team on 4 May 2026" in html
    assert "Not yet checked" not in html


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("how_met", "Nobody is weighed any more."),
        ("evidence", "We think so."),
        ("extent", Extent.PARTLY),
        ("basis", "evidence-seen"),
        ("source", "https://example.org/report"),
    ],
)
def test_a_check_no_longer_counts_once_the_example_says_something_else(
    client: Client, framework: Framework, field: str, value: str
) -> None:
    page = framework.example("A walking group")
    claim = page.claims.get()
    factories.verification(claim)
    setattr(claim, field, value)
    page.claims.add(claim)
    page.save_revision().publish()
    assert examples_of(framework.standard)[0][0].verified_at is None
    assert "Not yet checked" in page_of(client, framework.standard)
    assert "Checked by the network team" not in page_of(client, page)


def test_a_check_counts_again_when_the_checked_wording_is_back(framework: Framework) -> None:
    page = framework.example("A walking group")
    claim = page.claims.get()
    wording = claim.how_met
    factories.verification(claim)
    for text, checked in (("Something else.", False), (wording, True)):
        claim.how_met = text
        claim.save()
        assert bool(examples_of(framework.standard)[0][0].verified_at) is checked


def test_a_draft_edit_leaves_the_published_wording_and_its_check(client: Client, framework: Framework) -> None:
    page = framework.example("A walking group")
    claim = page.claims.get()
    factories.verification(claim)
    claim.how_met = "A draft that nobody should read."
    page.claims.add(claim)
    page.save_revision()
    html = page_of(client, framework.standard)
    assert "A draft that nobody should read." not in html
    assert "Checked by the network team" in html


def test_a_check_that_was_taken_back_does_not_count(framework: Framework) -> None:
    check = factories.verification(framework.example("A walking group").claims.get())
    check.withdrawn_at = timezone.now()
    check.save()
    assert examples_of(framework.standard)[0][0].verified_at is None


def test_one_wording_is_checked_once(framework: Framework) -> None:
    claim = framework.example("A walking group").claims.get()
    factories.verification(claim)
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.verification(claim)


# Between editions


def test_examples_carry_over_to_a_later_edition_and_name_their_own(client: Client, framework: Framework) -> None:
    framework.example("A walking group")
    later = later_edition(framework.edition.get_parent())
    html = page_of(client, later)
    assert "A walking group" in html
    assert "Written against edition 1.0 of the standards." in html
    assert "Written against" not in page_of(client, framework.standard)


def test_examples_do_not_carry_back_to_an_earlier_edition(framework: Framework) -> None:
    later = later_edition(framework.edition.get_parent())
    framework.example("A walking group", of=later)
    assert titles(framework.standard) == []
    assert titles(later) == ["A walking group"]


def test_examples_stop_where_the_meaning_changed(framework: Framework) -> None:
    framework.example("A walking group")
    assert titles(later_edition(framework.edition.get_parent(), meaning_changed=True)) == []


def test_examples_reach_back_to_the_edition_in_which_the_meaning_changed_and_no_further(framework: Framework) -> None:
    home = framework.edition.get_parent()
    framework.example("Before the change")
    changed = later_edition(home, effective=2027, meaning_changed=True)
    framework.example("After the change", of=changed)
    newest = later_edition(home, effective=2028)
    assert titles(newest) == ["After the change"]


def test_the_table_counts_what_the_standard_shows_across_editions(framework: Framework) -> None:
    home = framework.edition.get_parent()
    framework.example("Before the change")
    changed = later_edition(home, effective=2027, meaning_changed=True)
    framework.example("After the change", of=changed)
    newest = later_edition(home, effective=2028)
    [row] = coverage_table(Locale.get_default().pk).rows
    assert row.standard.pk == newest.pk
    assert row.total == len(titles(newest)) == 1


def test_another_code_is_another_standard(framework: Framework) -> None:
    framework.example("A walking group")
    assert titles(later_edition(framework.edition.get_parent(), code="1.2")) == []


# Nothing there yet, and a lot there


def test_a_standard_without_example_invites_one_by_e_mail(client: Client, framework: Framework) -> None:
    html = page_of(client, framework.standard)
    assert "No example published yet" in html
    assert "not met" not in html.lower()
    start = html.index("mailto:network@example.org")
    invitation = unquote(html[start : html.index('"', start)].replace("&amp;", "&"))
    assert "An example of standard 1.1 Check physical health once a year" in invitation
    assert framework.standard.get_full_url() in invitation
    assert "\nHow we know that it works:\n" in invitation


@pytest.fixture
def twelve(framework: Framework) -> Framework:
    """Twelve examples, all in one case study."""
    claims = [factories.claim(framework.standard, how_met=f"Way number {number:02}") for number in range(1, 13)]
    factories.case_study(framework.library, claims=claims)
    return framework


def test_examples_come_ten_a_page(client: Client, twelve: Framework) -> None:
    first, second = page_of(client, twelve.standard), page_of(client, twelve.standard, "?page=2")
    assert "12 examples" in first
    assert first.count("<article") == 10
    assert second.count("<article") == 2
    assert "Way number 12" in first
    assert "Way number 01" in second
    assert 'href="?page=2"' in first


def test_a_page_that_is_not_there_shows_the_first(client: Client, twelve: Framework) -> None:
    for page in ("0", "-1", "3", "99999", "999999999999999999999", "9" * 5000, "²", "x", "", "1.5", "٣"):
        response = client.get(twelve.standard.get_url(), {"page": page})
        assert response.status_code == 200, page
        assert "Way number 12" in response.content.decode(), page


# Which rows may be claims at all, and which count


def test_an_example_is_about_a_service_or_an_organisation_not_both(framework: Framework) -> None:
    page = framework.example("A walking group")
    claim = page.claims.get()
    claim.organisation = factories.organisation()
    with pytest.raises(ValidationError, match="not both"):
        claim.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        claim.save()


def test_an_example_about_a_whole_organisation_has_its_own_column(client: Client, framework: Framework) -> None:
    framework.example("One policy for all wards", organisation=factories.organisation())
    [row] = coverage_table(Locale.get_default().pk).rows
    assert {cell.setting: cell.total for cell in row.cells if cell.total} == {"organisation": 1}
    assert "Riverside Trust (sample)" in page_of(client, framework.standard)


def test_a_copy_of_a_case_study_starts_with_unchecked_examples_of_its_own(framework: Framework) -> None:
    page = framework.example("A walking group")
    original = page.claims.get()
    factories.verification(original)
    copied = page.copy(update_attrs={"title": "A swimming group", "slug": "swimming"}, keep_live=True)
    assert copied.claims.get().translation_key != original.translation_key
    shown = {example.case_study.title: example.verified_at for example in examples_of(framework.standard)[0]}
    assert shown["A walking group"] is not None
    assert shown["A swimming group"] is None


def test_an_alias_is_not_a_second_example(client: Client, framework: Framework) -> None:
    page = framework.example("A walking group")
    page.create_alias(parent=framework.library, update_slug="the-same-again")
    assert titles(framework.standard) == ["A walking group"]
    [row] = coverage_table(Locale.get_default().pk).rows
    assert row.total == 1


def test_the_example_of_an_archived_case_study_is_not_counted(framework: Framework) -> None:
    page = framework.example("A walking group")
    page.review.archive("Superseded by the new clinic.")
    assert titles(framework.standard) == []
    page.review.unarchive()
    assert titles(framework.standard) == ["A walking group"]


def test_a_case_study_names_the_standards_it_shows_being_met(client: Client, framework: Framework) -> None:
    html = page_of(client, framework.example("A walking group"))
    assert "Standards this shows being met" in html
    assert framework.standard.get_url() in html
