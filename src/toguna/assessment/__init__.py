"""The five principles in order of priority, human rights across them, and the indicators that serve them."""

from toguna.assessment.assess import Assessment, assess
from toguna.assessment.explain import Explanation, explain

__all__ = ["Assessment", "Explanation", "assess", "explain"]
