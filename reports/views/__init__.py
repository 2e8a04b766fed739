"""Pages that only show: Beranda and overviews, documents and jobs, the check of a printed paper."""
