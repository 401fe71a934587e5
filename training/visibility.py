"""What of training is kept back although it is published: lessons go with their module."""

from __future__ import annotations

from django.conf import settings
from django.db.models import BooleanField, Exists, ExpressionWrapper, Q

from home.visibility import KeptBack, below, in_force_q
from training.models.pages import ModulePage
from training.models.sign_off import signed_pages


def kept_back() -> KeptBack:
    """One query.

    Kept from everybody: lessons of modules that are not listed, and clinical modules that no clinician has signed off
    as they are published (demonstrations do without). Kept from guests: lessons that ask for an account.
    """
    is_gone = ~in_force_q() | Q(review__archived_on__isnull=False)
    is_unsigned = Q(pk__in=[]) if settings.DEMO_MODE else Q(~Exists(signed_pages()), is_clinical=True)
    pages = ModulePage.objects.filter(is_unsigned | Q(is_gone | Q(lessons_are_open=False), numchild__gt=0))
    facts = [ExpressionWrapper(fact, BooleanField()) for fact in (is_unsigned, is_gone)]
    from_all, from_guests = [], []
    for path, unsigned, gone in pages.values_list("path", *facts):
        if unsigned:
            from_all.append(path)
        elif gone:
            from_all.append(below(path))
        else:
            from_guests.append(below(path))
    return KeptBack(tuple(from_all), tuple(from_guests))
