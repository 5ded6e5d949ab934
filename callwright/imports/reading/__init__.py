"""Files of call records, read line by line into calls. Pure: no Django, no database; runs in a process of its own."""
