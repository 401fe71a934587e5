"""What the practice library tells the network team each month."""

from home.digest import sections
from tests.factories import SiteTree


def test_standards_without_an_example_are_named(site_tree: SiteTree) -> None:
    [section] = [section for section in sections() if "no example" in section.heading]
    assert [text for text, _address in section.lines] == [str(site_tree.gap)]
