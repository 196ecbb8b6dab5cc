"""The four agents of the Multi-Agent Cognitive Mechanism (MACM, arXiv 2402.18180), one file each, and their model calls."""
