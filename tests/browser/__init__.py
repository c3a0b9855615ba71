"""Tests that open pages in headless Chromium."""
