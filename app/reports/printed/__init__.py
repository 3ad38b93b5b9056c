"""The printed report: what stands on which page, in which words; typst only sets it."""
