//! How it looks, bad input, calls that fail.
