from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "callwright.desk"

    def ready(self) -> None:
        from callwright.desk.operations.apply_pbx_events import apply_pbx_events
        from callwright.desk.operations.keep_in_step import join_staff_and_telephony
        from callwright.desk.topics import declare_topics
        from callwright.telephony.sink import connect_sink

        declare_topics()
        join_staff_and_telephony()
        connect_sink(apply_pbx_events)
