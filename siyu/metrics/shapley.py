"""Shapley attribution: exact values over sets of channels, as bitmasks."""

from __future__ import annotations

import numpy as np

MAX_CHANNELS = 24


def shapley_of_paths(masks: np.ndarray, values: np.ndarray, channels: int) -> np.ndarray:
    """Each channel's Shapley value when a set is worth all paths that lie inside it.

    `masks` are the channel sets of the paths (bit i is channel i), `values` what the paths brought.
    In this game every path is a unanimity game of its own set, so its value is shared equally by
    the set's channels: exact for any number of channels up to 63, in one pass (Shapley 1953).
    """
    member = (masks[:, None] >> np.arange(channels)) & 1
    return (member * (values / np.maximum(member.sum(axis=1), 1))[:, None]).sum(axis=0)


def inside(masks: np.ndarray, values: np.ndarray, channels: int) -> np.ndarray:
    """What every set of channels is worth (index is its mask): all paths inside it, summed.

    Raises ValueError above 24 channels: the table has 2 ** channels cells.
    """
    _require_few(channels)
    worth = np.bincount(masks, weights=values, minlength=1 << channels)
    for bit in range(channels):
        halves = worth.reshape(-1, 2, 1 << bit)
        halves[:, 1, :] += halves[:, 0, :]
    return worth


def shapley_of_game(worth: np.ndarray) -> np.ndarray:
    """Each channel's exact Shapley value in any game: `worth[mask]` is what that set brings.

    Over all 2 ** k sets, k * 2 ** k steps. Raises ValueError when the length is no power of two.
    """
    channels = int(worth.size).bit_length() - 1
    if worth.size != 1 << channels:
        raise ValueError(f"a game of k channels has 2 ** k values, not {worth.size}")
    _require_few(channels)
    sizes = np.zeros(worth.size, dtype=int)
    for bit in range(channels):
        sizes.reshape(-1, 2, 1 << bit)[:, 1, :] += 1
    # 1 / (k * C(k - 1, s)): the chance that exactly this set of s stands before a channel.
    weight = np.ones(channels)
    for size in range(1, channels):
        weight[size] = weight[size - 1] * size / (channels - size)
    weight = weight / max(channels, 1)
    found = np.empty(channels)
    for bit in range(channels):
        without = worth.reshape(-1, 2, 1 << bit)
        gain = without[:, 1, :] - without[:, 0, :]
        found[bit] = (weight[sizes.reshape(-1, 2, 1 << bit)[:, 0, :]] * gain).sum()
    return found


def _require_few(channels: int) -> None:
    if channels > MAX_CHANNELS:
        raise ValueError(f"{channels} channels have too many sets: at most {MAX_CHANNELS}")
