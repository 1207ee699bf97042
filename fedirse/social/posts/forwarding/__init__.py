"""Answers of other servers, passed on to those who follow what they answer."""
