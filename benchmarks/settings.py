"""The hub's own settings with one more address, the bare view that pages are compared with."""

from hub.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.urls"
