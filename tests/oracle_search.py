"""The oracle of the search in conversations: loops over all messages and all places in them."""

import unicodedata


def is_of_word(character):
    category = unicodedata.category(character)
    return category.startswith(("L", "M", "N")) or category == "Pc"


def is_whole(text, start, end):
    """Say whether no word goes on over an end of `text[start:end]`."""
    for place in (start, end):
        around = text[max(place - 1, 0) : place + 1] if 0 < place < len(text) else ""
        if len(around) == 2 and all(is_of_word(character) for character in around):
            return False
    return True


def count(content, text, lower, *, whole_word, match_case):
    """Return how often a text is in a content, without overlaps."""
    if not match_case:
        content, text = lower(content), lower(text)
    found = place = 0
    while place + len(text) <= len(content):
        end = place + len(text)
        is_match = content[place:end] == text
        if is_match and (not whole_word or is_whole(content, place, end)):
            found += 1
            place = end
        else:
            place += 1
    return found


class Truth:
    """What a search must find; `said` holds seq -> content of each session by its id."""

    def __init__(self, oracle, said):
        self.oracle = oracle
        self.said = said

    def hits(self, text, filters, **options):
        """Return (session id, seq, count) of each message that matches, in the order of hits."""
        rows = sorted(self.oracle.filtered(filters), key=lambda row: row["session_id"])
        dated = [row for row in rows if row["started_at"] is not None]
        dated.sort(key=lambda row: row["started_at"], reverse=True)  # stable: the id stays the tie
        undated = [row for row in rows if row["started_at"] is None]
        return [
            (row["session_id"], seq, times)
            for row in dated + undated
            for seq, content in sorted(self.said[row["session_id"]].items())
            if (times := count(content, text, self.oracle.lower, **options))
        ]

    def is_shown_rightly(self, hit, text, **options):
        """Say whether the parts of a snippet are the surroundings of the first match."""
        shown, content = hit.snippet, self.said[hit.session_id][hit.seq]
        whole = shown.before + shown.match + shown.after
        fold = str if options["match_case"] else self.oracle.lower
        until = content[: content.find(whole) + len(shown.before) + len(shown.match)]
        return (
            fold(text) == fold(shown.match)
            and whole in content
            and (shown.is_cut_before or content.startswith(whole))
            and (shown.is_cut_after or content.endswith(whole))
            and (options["whole_word"] or fold(until).find(fold(text)) == len(until) - len(text))
        )

    def days(self, filters):
        """Return how many days lie between the first and the last start, both counted."""
        local = [
            self.oracle.local(row, filters).date()
            for row in self.oracle.filtered(filters)
            if row["started_at"] is not None
        ]
        return (max(local) - min(local)).days + 1 if local else 0
