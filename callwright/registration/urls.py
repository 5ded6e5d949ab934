from django.urls import path

from callwright.registration.views import set_up

app_name = "registration"

urlpatterns = [
    path("topics/", set_up.set_up, name="set_up"),
    path("topics/order/", set_up.order, name="order"),
    path("topics/new/", set_up.category, name="new"),
    path("topics/<int:category_id>/", set_up.category, name="category"),
    path("topics/<int:category_id>/retire/", set_up.retire, name="retire"),
    path("topics/<int:category_id>/topics/", set_up.topic, name="topic"),
    path("topics/<int:category_id>/topics/order/", set_up.order_topics, name="order_topics"),
    path("topics/<int:category_id>/topics/<int:topic_id>/retire/", set_up.retire_topic, name="retire_topic"),
    path("topics/preview/", set_up.preview, name="preview"),
]
