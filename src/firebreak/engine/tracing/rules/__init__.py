"""Contact rules as dated data: one TOML file a version of a rule, with its validity, jurisdiction and source."""

from __future__ import annotations

from firebreak.engine.tracing.rules.load import load_rule
from firebreak.engine.tracing.rules.model import RulePack, SettingRule
from firebreak.engine.tracing.rules.shipped import rule_named, shipped_rules

__all__ = ["RulePack", "SettingRule", "load_rule", "rule_named", "shipped_rules"]
