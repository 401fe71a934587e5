"""Who may see what: the one place that says which pages and files are public.

Wagtail's own `.live().public()` is not enough: a translation or an alias of a private page counts as public there,
and a page past its expiry stays live until the scheduler runs. Every list, table, feed and related list of the hub
goes through `published_q()` or `listed_q()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.dispatch import Signal
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, ReferenceIndex

if TYPE_CHECKING:
    from home.models import CustomDocument

T = TypeVar("T")


class KeptBack(NamedTuple):
    """How the tree paths begin of pages that an app keeps from everybody, or from who is not signed in."""

    from_all: tuple[str, ...] = ()
    from_guests: tuple[str, ...] = ()


#: Sent with `page_ids` when pages may have come or gone although nobody saved them.
visibility_changed = Signal()
_withholders: list[Callable[[], KeptBack]] = []
_request_memo: ContextVar[dict[str, Any] | None] = ContextVar("request_memo", default=None)


@contextmanager
def request_scope() -> Iterator[None]:
    """Within it, `once_per_request` remembers its answers. Outside (worker, shell) everything is asked anew."""
    token = _request_memo.set({})
    try:
        yield
    finally:
        _request_memo.reset(token)


def once_per_request(key: str, ask: Callable[[], T]) -> T:
    """Return what `ask()` answered first during this request."""
    memo = _request_memo.get()
    if memo is None:
        return ask()
    if key not in memo:
        memo[key] = ask()
    answer: T = memo[key]
    return answer


def forget(key: str) -> None:
    """Drop a remembered answer, because what it rests on has just changed."""
    memo = _request_memo.get()
    if memo is not None:
        memo.pop(key, None)


def restrictions() -> list[PageViewRestriction]:
    """Every view restriction of the site with its page: one query a request (there are few).

    `may_have_shadows` says whether there is any page that could be a translation or an alias of the restricted ones.
    """
    others = Page.objects.filter(Q(alias_of__isnull=False) | ~Q(locale=OuterRef("page__locale")))
    found = PageViewRestriction.objects.select_related("page").only("restriction_type", "page__path")
    return once_per_request("restrictions", lambda: list(found.annotate(may_have_shadows=Exists(others))))


def _private_paths() -> tuple[str, ...]:
    roots = {restriction.page.path for restriction in restrictions()}
    if not roots:
        return ()
    if not any(restriction.may_have_shadows for restriction in restrictions()):
        return _outermost(roots)
    private = Q()
    for path in roots:
        private |= Q(path__startswith=path)
    pages = Page.objects.filter(private)
    shadows = Page.objects.filter(
        Q(translation_key__in=pages.values("translation_key")) | Q(alias_of__in=pages.values("pk"))
    ).exclude(private)
    return _outermost({*roots, *shadows.values_list("path", flat=True)})


def _outermost(paths: set[str]) -> tuple[str, ...]:
    """Without those that lie below another one."""
    found: list[str] = []
    for path in sorted(paths):
        if not (found and path.startswith(found[-1])):
            found.append(path)
    return tuple(found)


def withhold(ask: Callable[[], KeptBack]) -> None:
    """Called once by an app that keeps published pages back (what is not signed off)."""
    _withholders.append(ask)


def below(path: str) -> str:
    """How the tree paths of all pages below a page begin, unlike its own: their places are counted from 0001 on."""
    return f"{path}0"


def kept_back() -> KeptBack:
    """What all apps keep back: one query a request and app."""

    def ask() -> KeptBack:
        found = [one() for one in _withholders]
        return KeptBack(*(tuple(path for one in found for path in one[place]) for place in (0, 1)))

    return once_per_request("kept_back", ask)


def private_paths() -> tuple[str, ...]:
    """Tree paths of what is kept back, and of private sections with their translations and aliases.

    At most three queries a request, and one an app.
    """
    return once_per_request("private_paths", lambda: _closed(to_members=False))


def _closed(*, to_members: bool) -> tuple[str, ...]:
    restricted = once_per_request("restricted_paths", _private_paths)
    kept = kept_back()
    return _outermost({*restricted, *kept.from_all, *(() if to_members else kept.from_guests)})


def needs_account(page: Page) -> bool:
    """Whether the page is kept from who is not signed in."""
    return bool(page.path) and page.path.startswith(kept_back().from_guests)


def restrictions_on(page: Page) -> list[PageViewRestriction]:
    """The restrictions that hold for a page: its own, its ancestors', and those of what these translate or repeat.

    It is the other side of `private_paths`: what lists leave out, the address refuses.
    """
    if not page.path or not page.path.startswith(private_paths()):
        return []
    steps = range(page.steplen, len(page.path) + 1, page.steplen)
    line = Page.objects.filter(path__in=[page.path[:length] for length in steps])
    aliases = line.filter(alias_of__isnull=False)
    kin = Q(translation_key__in=line.values("translation_key")) | Q(pk__in=aliases.values("alias_of"))
    paths = list(Page.objects.filter(kin).values_list("path", flat=True))
    return [one for one in restrictions() if any(path.startswith(one.page.path) for path in paths)]


def in_force_q(prefix: str = "") -> Q:
    """Published and not expired; whether it is private or kept back is another question."""
    return Q(**{f"{prefix}live": True}) & (
        Q(**{f"{prefix}expire_at__isnull": True}) | Q(**{f"{prefix}expire_at__gt": timezone.now()})
    )


def is_in_force(page: Page) -> bool:
    """The same of a page at hand; what an app keeps back is not in force either."""
    expired = page.expire_at is not None and page.expire_at <= timezone.now()
    return page.live and not expired and not page.path.startswith(kept_back().from_all)


def published_q(prefix: str = "", *, signed_in: bool = False) -> Q:
    """The condition "anybody may read this page now", or anybody with an account.

    `prefix` is the lookup path to the page, with its double underscore ("case_study__"). Aliases are left out: they
    repeat a page that is already there.
    """
    condition = in_force_q(prefix) & Q(**{f"{prefix}alias_of__isnull": True})
    for path in _closed(to_members=True) if signed_in else private_paths():
        condition &= ~Q(**{f"{prefix}path__startswith": path})
    return condition


def listed_q(prefix: str = "") -> Q:
    """`published_q`, and not archived: what lists, counts and standards show."""
    return published_q(prefix) & Q(**{f"{prefix}review__archived_on__isnull": True})


def _pages_that_use(document: CustomDocument) -> Any:
    """Pages whose published content refers to the file: in a row, a block or a rich text. Drafts are not indexed."""
    page_type = ContentType.objects.get_for_model(Page)
    users = ReferenceIndex.get_references_to(document).filter(base_content_type=page_type)
    return Page.objects.filter(pk__in=[int(pk) for pk in users.values_list("object_id", flat=True) if pk.isdigit()])


def document_is_public(document: CustomDocument, *, signed_in: bool = False) -> bool:
    """A file is public while a page that anybody may read (with an account) uses it, unless its collection is private.

    An archived page still offers its files; a withdrawn, expired, private or unpublished one does not.
    """
    if document.collection.get_view_restrictions():
        return False
    return _pages_that_use(document).filter(published_q(signed_in=signed_in)).exists()
