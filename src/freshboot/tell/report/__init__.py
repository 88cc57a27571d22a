"""The report of an incident, told from the record: in Markdown, in HTML and in JSON."""
