"""Accounts that somebody began and never confirmed do not stay."""

from __future__ import annotations

import datetime

from django.utils import timezone

from home.accounts.forms import unconfirmed_users

KEPT = datetime.timedelta(days=7)


def purge_unconfirmed() -> None:
    unconfirmed_users().filter(date_joined__lt=timezone.now() - KEPT).delete()
