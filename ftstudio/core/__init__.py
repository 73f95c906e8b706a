"""The words that every other room shares; knows none of them."""
