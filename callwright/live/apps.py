from django.apps import AppConfig


class LiveConfig(AppConfig):
    name = "callwright.live"

    def ready(self) -> None:
        from callwright.live import access  # noqa: F401  (listens for people who log out)
