"""All source contracts of a brand, checked against each other's words before anything is read."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from siyu.config_file import faults_of, nearest, raise_faults, read_yaml
from siyu.errors import ConfigError
from siyu.identity.rules import IdentityRules, load_identity_rules
from siyu.sources.contracts.contract import Contract
from siyu.vocabulary import Vocabulary, load_vocabulary

T = TypeVar("T")
# Platforms whose orders come through staging models.
MODELLED = ("taobao", "jd", "pdd", "douyin", "xiaohongshu", "wechat_shop", "youzan")


def load_contracts(config_dir: Path) -> dict[str, Contract]:
    """Every contract of `config_dir`/sources, by id, in order of id.

    Raises one ConfigError that lists all faults of all files, a line each.
    """
    faults: list[str] = []
    rules = _collect(faults, load_identity_rules, config_dir)
    words = _collect(faults, load_vocabulary, config_dir)
    contracts: dict[str, Contract] = {}
    folder = config_dir / "sources"
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        faults.append(f"{folder.name}/: no contracts (*.yml); add one per kind of export")
    for path in paths:
        try:
            contract = Contract.model_validate(read_yaml(path))
        except ValidationError as error:
            faults.extend(faults_of(path, error, Contract))
        except ConfigError as error:
            faults.append(str(error))
        else:
            faults.extend(_cross_faults(path, contract, rules, words))
            contracts[contract.id] = contract
    raise_faults(faults)
    return contracts


def contract_version(contract: Contract) -> str:
    """Twelve hex digits that change when the contract's meaning does."""
    return hashlib.sha256(contract.model_dump_json().encode()).hexdigest()[:12]


def contracts_hash(contracts: Mapping[str, Contract]) -> str:
    """One hash over all contracts: a quarantined file is tried again when it changes."""
    versions = "\n".join(f"{name} {contract_version(c)}" for name, c in sorted(contracts.items()))
    return hashlib.sha256(versions.encode()).hexdigest()[:16]


def _collect(faults: list[str], load: Callable[[Path], T], config_dir: Path) -> T | None:
    try:
        return load(config_dir)
    except ConfigError as error:
        faults.append(str(error))
        return None


def _cross_faults(
    path: Path, contract: Contract, rules: IdentityRules | None, words: Vocabulary | None
) -> list[str]:
    faults = []
    if contract.id != path.stem:
        faults.append(f"{path.name}: id: {contract.id!r} differs from the file name; make them one")
    if words and contract.platform not in words.platforms:
        faults.append(
            f"{path.name}: platform: {contract.platform!r} is not in vocabulary.yml"
            f"{nearest(contract.platform, list(words.platforms))};"
            f" allowed: {', '.join(words.platforms)}"
        )
    if contract.feeds and contract.platform in MODELLED:
        faults.append(
            f"{path.name}: feeds: orders of {contract.platform} have models of their own; allowed:"
            " a platform without, such as erp"
        )
    for name, field in contract.fields.items():
        id_type = field.identifier.type if field.identifier else None
        if rules and id_type and id_type not in rules.types:
            faults.append(
                f"{path.name}: fields.{name}.identifier.type: {id_type!r} is not in identity.yml"
                f"{nearest(id_type, rules.order)}; allowed: {', '.join(rules.order)}"
            )
        within = rules.types[id_type].within if rules and id_type in rules.types else None
        if (
            within
            and field.identifier
            and not (field.identifier.scope or field.identifier.scope_from)
        ):
            faults.append(
                f"{path.name}: fields.{name}.identifier: {id_type!r} names nobody without its {within};"
                " name it as scope, or the field that holds it as scope_from"
            )
        if field.constant is None and not field.columns and not field.columns_like:
            faults.append(f"{path.name}: fields.{name}: needs columns or a constant")
    return faults
