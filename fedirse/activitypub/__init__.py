"""The protocol as a library: values in, values out. No input, no output, no clock, no chance."""
