"""What pages and documents say, as frozen dataclasses: the only queries of a document are made here."""
