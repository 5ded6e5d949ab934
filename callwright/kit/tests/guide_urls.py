from django.urls import include, path

urlpatterns = [path("kit/", include("callwright.kit.urls"))]
