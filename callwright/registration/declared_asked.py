"""What registration follows to know who was asked to register which call, and did."""


def declare_asked() -> None:
    from callwright.calls.ports import (
        connect_before_final,
        connect_contact,
        connect_final,
        connect_listener,
        connect_loaded,
        connect_removal,
    )
    from callwright.registration.operations.add_up_quality import add_up_all, make_quality_final
    from callwright.registration.operations.ask_again import follow_asked, follow_contact, follow_loaded, follow_removed

    connect_listener("registration_asked", follow_asked)
    connect_contact("registration_asked", follow_contact)
    connect_removal("registration_asked", follow_removed)
    connect_loaded("registration_asked", follow_loaded)
    connect_before_final("registration_asked", add_up_all)
    connect_final("registration_asked", make_quality_final)
