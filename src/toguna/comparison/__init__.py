"""Mandates and contributions simulated side by side under deep uncertainty, and ranked by the five principles in order.

It explores what follows from stated assumptions; it does not predict. Areas and months only: nobody is represented.
"""
