"""Backbones: an asynchronous interface to language models, with wrappers for retries and caching."""

from human_simulacra.backbones.base import Backbone, BackboneError
from human_simulacra.backbones.call_cache import CachedBackbone, CallCache
from human_simulacra.backbones.loglikelihood import ScoringBackbone
from human_simulacra.backbones.retry import RetryingBackbone, RetryPolicy

__all__ = ["Backbone", "BackboneError", "CachedBackbone", "CallCache", "RetryPolicy", "RetryingBackbone", "ScoringBackbone"]
