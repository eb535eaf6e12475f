"""Tests of the models, on real orders."""
