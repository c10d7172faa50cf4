"""The board pack: what practices asked and said in a span of days, as a page to print. Needs the extra `charts`."""
