from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "callwright.messaging"

    def ready(self) -> None:
        from callwright.live.topics import declare

        declare("notifications", lambda listener, rest: rest == str(listener.user_id))
