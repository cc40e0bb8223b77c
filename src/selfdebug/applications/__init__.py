"""The kinds of problems: text-to-SQL, translation, text-to-Python; one file each, behind the protocol in `base`."""
