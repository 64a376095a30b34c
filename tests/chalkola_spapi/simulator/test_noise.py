import pytest

from chalkola_spapi.simulator import noise

KEYS = [0, 1, (1 << 64) - 1, *(noise.key("any", number) for number in range(50))]


@pytest.mark.parametrize("step", [0, 1, 105_607, -1, -5, -1_000_000])
@pytest.mark.parametrize("beyond", [0, 105_607])
def test_keys_draw_together_what_each_draws_alone(step, beyond):
    alone = [noise.uniform(key + beyond, step) for key in KEYS]
    assert noise.Keys(KEYS).uniforms(step, beyond=beyond) == alone


@pytest.mark.parametrize("key", KEYS[:4])
def test_the_first_steps_of_a_key_are_drawn_together(key):
    assert noise.uniforms(key, 200) == [noise.uniform(key, step) for step in range(200)]


def test_the_first_numbers_are_splitmix64s():
    # Of the seed 1234567, as its authors print them.
    drawn = [round(number * 2**64) for number in noise.uniforms(1234567, 2)]
    assert drawn == pytest.approx([6457827717110365317, 3203168211198807973], rel=1e-15)
