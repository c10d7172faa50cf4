"""The files of a small language model; `bot.matching.encoder` reads them."""
