from django.urls import path

from callwright.kit.style_guide import parts, style_guide

app_name = "kit"
urlpatterns = [
    path("", style_guide, name="style_guide"),
    path("parts/", parts, name="parts"),
]
