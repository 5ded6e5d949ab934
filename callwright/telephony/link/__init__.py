"""The link: a process that holds the connections to PBXs, journals what they say and has it applied."""
