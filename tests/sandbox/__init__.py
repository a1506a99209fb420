"""Tests of the sandbox: does it behave as Telegram does?"""
