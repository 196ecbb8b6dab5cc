"""Backbones: one small asynchronous interface to language models, and a wrapper a concern around it."""

from human_simulacra.backbones.base import Backbone, BackboneError
from human_simulacra.backbones.call_cache import CachedBackbone, CallCache
from human_simulacra.backbones.loglikelihood import ScoringBackbone
from human_simulacra.backbones.retry import RetryingBackbone, RetryPolicy

__all__ = ["Backbone", "BackboneError", "CachedBackbone", "CallCache", "RetryPolicy", "RetryingBackbone", "ScoringBackbone"]
