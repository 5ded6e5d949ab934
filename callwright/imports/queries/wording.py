"""What went wrong in an import, in words."""

from django.utils.translation import gettext as _


def problem_in_words(problem: str) -> str:
    """Why a whole file could not be read, and what to do."""
    match problem:
        case "not_there":
            return _("The file is not there any more, or may not be read.")
        case "damaged":
            return _("The packed file is damaged. Pack or download it again.")
        case "bomb":
            return _("Unpacked, the file would be far larger than call records ever are. It was not read any further.")
        case "several_files":
            return _("The ZIP file holds several files. Upload them one by one.")
        case "password":
            return _("The ZIP file is protected by a password.")
        case "empty":
            return _("There is nothing in this file.")
        case "columns_unknown":
            return _("It is not known what the columns of this file mean. Upload it once and save the columns.")
        case "no_table":
            return _("This PBX has no such record table, or no database of records is set up for it.")
        case "table_gone":
            return _("The database with the record table does not answer.")
        case "no_pbx":
            return _("The PBX of this import does not exist any more.")
        case "disk_full":
            return _("The file could not be stored: there is no room on the disk of the server.")
        case "table_refused":
            return _("The database with the record table refused to have it read.")
        case "file_changed":
            return _("The file has changed since the import began, or another one lies in its place. Import it anew.")
        case "refused":
            return _("The database did not take the calls of this file. Nothing is lost: what came before is in.")
        case "no_room":
            return _("There is no room left on the disk of the database. Make room, then let the import go on.")
        case "unexpected":
            return _("Something unexpected stopped the import; the log of the server says what. It can go on.")
        case "reader_died":
            return _("Reading the file was cut off. Let the import go on; nothing is doubled.")
    return _("The file could not be read.")


def reason_in_words(reason: str, column: str, value: str) -> str:
    """Why a line could not be read."""
    known = {"column": column, "value": value}
    match reason:
        case "line_too_long":
            return _("The line is longer than any call record.")
        case "quote":
            return _("A quotation mark is missing or there is one too many.")
        case "cells_missing":
            return _("The line has only %(value)s columns.") % known
        case "cell_missing":
            return _("Nothing stands in the column %(column)s.") % known
        case "key_missing":
            return _("The key of the call is missing (column %(column)s).") % known
        case "time_unreadable":
            return _("“%(value)s” in the column %(column)s is no date with time.") % known
        case "time_gap":
            return _(
                "“%(value)s” in the column %(column)s does not exist in this time zone: the clocks jumped over it."
            ) % known  # fmt: skip
        case "time_range":
            return _("“%(value)s” in the column %(column)s is too long ago or in the far future.") % known
        case "times_crossed":
            return _("The call ends before it begins (column %(column)s).") % known
        case "status_and_answer":
            return _("The call was answered, but its status is “%(value)s”.") % known
        case "not_a_duration":
            return _("“%(value)s” in the column %(column)s is no number of seconds.") % known
        case "unknown_word":
            return _("“%(value)s” in the column %(column)s is not known.") % known
        case "lasts_too_long":
            return _("The call would have lasted longer than a year.")
        case "refused":
            return _("The database did not take this call: %(value)s") % known
        case "call_not_begun":
            return _("The beginning of this call (%(value)s) is not in the file.") % known
        case "call_not_ended":
            return _("The end of this call (%(value)s) is not in the file.") % known
    return _("The line could not be read.")


def kept_in_words(reason: str) -> str:
    """Why an undo left a call."""
    match reason:
        case "note":
            return _("somebody wrote a note")
        case "marker":
            return _("it was given a marker")
        case "comment":
            return _("it has a comment")
        case "follow_up":
            return _("somebody followed it up")
        case "review":
            return _("its talk time was reviewed")
        case "recording":
            return _("it has a recording")
        case "later_import":
            return _("a later import added to it")
    return _("it was changed since")


def shape_in_words(shape: str) -> str:
    """The name of a format."""
    return {
        "cdr": _("Asterisk CDR"),
        "freepbx": _("FreePBX CDR export"),
        "cel": _("Asterisk CEL"),
        "freeswitch": _("FreeSWITCH cdr_csv"),
        "freeswitch_sql": _("FreeSWITCH cdr_csv, template sql"),
        "freeswitch_linksys": _("FreeSWITCH cdr_csv, template linksys"),
        "freeswitch_snom": _("FreeSWITCH cdr_csv, template snom"),
        "freeswitch_asterisk": _("FreeSWITCH cdr_csv, template asterisk"),
        "freeswitch_rate": _("FreeSWITCH cdr_csv, template opencdrrate"),
        "own": _("Callwright CSV"),
    }.get(shape, _("Another CSV"))


def direction_in_words(direction: str) -> str:
    """Inbound, outbound or internal."""
    return {"inbound": _("Inbound"), "outbound": _("Outbound")}.get(direction, _("Internal"))
