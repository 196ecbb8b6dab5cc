"""Judging open answers: what judge models are asked, and a blinded page for people."""
