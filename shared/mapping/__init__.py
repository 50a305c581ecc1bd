"""The mapping core: declarations compiled into pure functions. No I/O, no clock, no chance."""
