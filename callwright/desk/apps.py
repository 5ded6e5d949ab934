from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "callwright.desk"

    def ready(self) -> None:
        from callwright.desk.topics import declare_topics

        declare_topics()
