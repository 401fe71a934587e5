"""Addresses of learning."""

from django.urls import path

from training import views

urlpatterns = [
    path("learning/", views.my_learning, name="my_learning"),
    path("learning/record/", views.record, name="learning_record"),
    path("learning/modules/<int:pk>/start/", views.start, name="training_start"),
    path("learning/modules/<int:pk>/quiz/", views.start_quiz, name="training_start_quiz"),
    path("learning/modules/<int:pk>/due/", views.due, name="training_due"),
    path("learning/lessons/<int:pk>/done/", views.finish_lesson, name="training_lesson_done"),
    path("learning/quiz/<uuid:attempt_id>/", views.take_quiz, name="training_quiz"),
    path("learning/quiz/<uuid:attempt_id>/check/", views.check_quiz, name="training_quiz_check"),
    path("learning/quiz/<uuid:attempt_id>/result/", views.result, name="training_result"),
    path("learning/certificates/<uuid:certificate_id>/", views.certificate, name="training_certificate"),
    path("learning/certificates/<uuid:certificate_id>/pdf/", views.certificate_pdf, name="training_certificate_pdf"),
    path("certificates/", views.verify, name="training_verify"),
    path("certificates/<slug:code>/", views.verify, name="training_verify_code"),
]
