"""A made-up CCG and its quarter: people who ask, leads who answer and polls, played through the bot itself."""
