"""The Infinity backend, against faulty replies, a scripted server and the real one."""
