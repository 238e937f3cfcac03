"""A publish of twenty articles on Shopee and on Tiki, killed with SIGKILL wherever something has just changed.

`make kills` tries every moment; the ordinary run a few of them, drawn from a seed that is printed (`OCOP_KILLS=40` draws forty,
`OCOP_SEED=7` draws as the seven did). `OCOP_KILLS=251-400` tries these moments, so that a long run that was broken off can go on.
"""

import os
import random
import signal
import sys

import pytest

from .ground import KILLED, after_a_restart, kill_ground

pytestmark = pytest.mark.skipif(not hasattr(os, "fork") or not hasattr(signal, "SIGKILL"), reason="This system cannot fork and SIGKILL.")
FEW = "4"
MANY = 50


def chosen(moments, how_many, draw):
    """Numbers of the moments to die at, from 1 on."""
    numbers = range(1, len(moments) + 1)
    if how_many == "all":
        return list(numbers)
    first, dash, last = how_many.partition("-")
    return list(numbers[int(first) - 1:int(last)]) if dash else sorted(draw.sample(numbers, min(int(how_many), len(moments))))


@pytest.mark.long
@pytest.mark.parametrize("channel", ["shopee", "tiki"])
def test_a_publish_that_is_killed_anywhere_leaves_one_listing_per_sku(channel, tmp_path):
    seed = int(os.environ.get("OCOP_SEED") or 1)
    with kill_ground(channel, tmp_path, variants=True) as ground:
        trial, quiet = ground.publish()
        assert quiet.exit == 0, quiet.moments[-1]
        assert after_a_restart(trial) == []
        trial.close()
        wrong, numbers = [], chosen(quiet.moments, os.environ.get("OCOP_KILLS") or FEW, random.Random(seed))
        for number in numbers:
            trial, ended = ground.publish(number)
            assert (ended.exit, len(ended.moments)) == (KILLED, number), "It is killed for real, and where it should be."
            wrong += [f"killed {ended.moments[-1]} (moment {number}): {line}" for line in after_a_restart(trial)]
            trial.close()
            ground.forget(trial)
            if len(numbers) > MANY and number % MANY == 0:
                tell(channel, seed, [moment for moment in numbers if moment <= number], quiet, wrong)
    tell(channel, seed, numbers, quiet, wrong)
    assert wrong == []


def tell(channel, seed, tried, quiet, wrong):
    """One line of figures."""
    lost, doubled = (sum(word in line for line in wrong) for word in ("lost", "doubled"))
    sys.stdout.write(f"{channel}, seed {seed}: {len(tried)} of {len(quiet.moments)} kill points, {doubled} doubled, {lost} lost\n")
    sys.stdout.flush()
