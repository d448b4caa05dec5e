"""Training of the micro mixture-of-experts specialists that ship with Parley."""
