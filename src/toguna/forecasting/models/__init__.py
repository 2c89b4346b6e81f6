"""One model a file, all behind one protocol; `model.py` states it, `toguna.models` entry points register them."""
