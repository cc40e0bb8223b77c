"""Runs: many trajectories under one configuration, scored, stored, resumable, comparable."""
