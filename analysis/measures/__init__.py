"""What is counted and compared: frames in, frames out; no chart, no file."""
