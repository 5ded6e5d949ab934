"""One file a subcommand. Each has `add_arguments(parser)` and `run(arguments) -> int`, the exit code."""
