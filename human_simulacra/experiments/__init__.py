"""One folder an experiment, from its rows to its charts."""
