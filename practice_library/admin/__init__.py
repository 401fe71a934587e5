"""The editors' side of the practice library: choosing standards, checking examples, reports, refusals to delete."""
