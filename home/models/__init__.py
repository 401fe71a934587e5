"""Models shared by the whole hub, one family a file."""

from home.models.base import BasePage, PageCondition, PageTheme, PageTopic
from home.models.blog import BlogIndexPage, BlogPostPage
from home.models.files import CustomDocument, CustomImage, CustomRendition
from home.models.jobs import JobRun
from home.models.pages import ContentPage, HomeFeature, HomePage
from home.models.people import Organisation, Person, Region, Service, Setting
from home.models.review import NetworkReviewTask, PageReview
from home.models.taxonomy import Condition, Theme, Topic
from home.models.users import User
from home.models.version import ContentVersion, remembered

__all__ = [
    "BasePage",
    "BlogIndexPage",
    "BlogPostPage",
    "Condition",
    "ContentPage",
    "ContentVersion",
    "CustomDocument",
    "CustomImage",
    "CustomRendition",
    "HomeFeature",
    "HomePage",
    "JobRun",
    "NetworkReviewTask",
    "Organisation",
    "PageCondition",
    "PageReview",
    "PageTheme",
    "PageTopic",
    "Person",
    "Region",
    "Service",
    "Setting",
    "Theme",
    "Topic",
    "User",
    "remembered",
]
