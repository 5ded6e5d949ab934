"""What a command says when it cannot do its work."""


class CommandFailed(Exception):
    """The command stops; its text tells a person what is wrong and what to do."""
