"""Multiple-systems estimation: how many people there are, from who is on which of several lists.

Works on plain arrays and needs no other room. `estimate` shows every method side by side.
"""

from toguna.accounts.estimation.decomposable import GraphAverage, decomposable
from toguna.accounts.estimation.estimate import Estimate, estimate
from toguna.accounts.estimation.graphs import decomposable_graphs
from toguna.accounts.estimation.hierarchy import hierarchical
from toguna.accounts.estimation.histories import Histories, read_histories
from toguna.accounts.estimation.latent_classes import LatentClasses, latent_classes
from toguna.accounts.estimation.lists import Lists, read_lists
from toguna.accounts.estimation.loglinear import Fitted, LogLinear, fit, loglinear
from toguna.accounts.estimation.priors import NegativeBinomial
from toguna.accounts.estimation.replicates import Replicated, replicated
from toguna.accounts.estimation.strata import Pooled, Stratified, pool_replicates, stratified

__all__ = [
    "Estimate",
    "Fitted",
    "GraphAverage",
    "Histories",
    "LatentClasses",
    "Lists",
    "LogLinear",
    "NegativeBinomial",
    "Pooled",
    "Replicated",
    "Stratified",
    "decomposable",
    "decomposable_graphs",
    "estimate",
    "fit",
    "hierarchical",
    "latent_classes",
    "loglinear",
    "pool_replicates",
    "read_histories",
    "read_lists",
    "replicated",
    "stratified",
]
