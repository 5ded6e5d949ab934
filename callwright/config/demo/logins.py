"""Who may log in to the demonstration. The password is public: the demonstration holds nobody's data."""

from dataclasses import dataclass

PASSWORD = "callwright-demo"  # noqa: S105


@dataclass(frozen=True)
class Employee:
    username: str
    name: str
    role: str
    extension: str = ""
    language: str = "en"
    time_zone: str = "Europe/London"


AGENTS = (
    Employee("anna", "Anna Whitlock", "agent", "101"),
    Employee("bram", "Bram Oosterling", "agent", "102", "nl", "Europe/Amsterdam"),
    Employee("layla", "ليلى الحدّاد", "agent", "103", "ar"),
    Employee("zsofia", "Zsófia Tölgyesi", "agent", "104", "hu", "Europe/Budapest"),
    Employee("dmitri", "Дмитрий Озеров", "agent", "105"),
    Employee("grace", "Grace Pemberton", "agent", "106"),
    Employee("remi", "Rémi Vauclair", "agent", "107", "en", "Europe/Paris"),
    Employee("svenja", "Svenja Rößler", "agent", "108", "en", "Europe/Berlin"),
    Employee("omar", "عمر النجّار", "agent", "109"),
    Employee("harriet", "Harriet Calder", "agent", "110"),
    Employee("owen", "Owen Garside", "agent", "111"),
    Employee("vera", "Вера Рябинина", "agent", "112"),
)
OTHERS = (
    Employee("sofia", "Sophie Marsden", "supervisor", "120"),
    Employee("conrad", "Conrad Lockwood", "controller"),
    Employee("admin", "Ada Norcliffe", "administrator"),
)


def logins_in_words() -> str:
    """What `callwright up --demo` prints."""
    shown = [("agent", AGENTS[0]), ("agent, in Dutch", AGENTS[1]), ("agent, in Arabic", AGENTS[2])]
    shown += [("agent, in Hungarian", AGENTS[3])] + [(one.role, one) for one in OTHERS]
    lines = [f"  {one.username:<8} {words}" for words, one in shown]
    return "\n".join([f"Demo logins, all with the password {PASSWORD}", *lines])
