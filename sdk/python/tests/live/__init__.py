"""Tests against the store that INFERENCE_STORE_URL names: a whole one, with its job running. They make models of their own."""
