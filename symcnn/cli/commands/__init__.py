"""The commands, one a file: module `NAME` holds `command`, which `symcnn NAME` runs."""
