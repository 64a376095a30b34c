import threading
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalkola_spapi.operations import CREATE_REPORT, GET_REPORT, Operation
from chalkola_spapi.throttle import LONGEST_NAP_S, MemoryThrottle, safe_rate

TOLERANCE = 1e-6


class Clock:
    def __init__(self):
        self.now, self.naps = 0.0, []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.naps.append(seconds)
        self.now += seconds


class AmazonsBucket:
    """Amazon's side: refills continuously, answers 429 when it is empty."""

    def __init__(self, rate_per_s, burst):
        self.rate_per_s, self.burst, self.tokens, self.at = rate_per_s, burst, float(burst), 0.0

    def request(self, now):
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate_per_s)
        self.at = now
        if self.tokens < 1 - TOLERANCE:
            return False
        self.tokens -= 1
        return True


def operation(rate_per_s, burst):
    return Operation(
        name="op", method="GET", path="/", rate_per_s=rate_per_s, burst=burst, is_repeatable=True
    )


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def throttle(clock):
    return MemoryThrottle(clock=clock, sleep=clock.sleep)


@given(
    rate=st.sampled_from([0.0167, 0.0222, 0.5, 2, 5, 1000]),
    burst=st.integers(min_value=1, max_value=30),
    pauses=st.lists(st.floats(min_value=0, max_value=200), min_size=1, max_size=60),
)
@settings(max_examples=60, deadline=None)
def test_no_window_holds_more_than_burst_and_what_is_refilled(rate, burst, pauses):
    clock = Clock()
    throttle, op = MemoryThrottle(clock=clock, sleep=clock.sleep), operation(rate, burst)
    taken = []
    for pause in pauses:
        clock.now += pause
        throttle.acquire("NA", op)
        taken.append(clock.now)
    for first, last in combinations(range(len(taken)), 2):
        window = taken[last] - taken[first]
        assert last - first + 1 <= burst + safe_rate(rate) * window + TOLERANCE


@given(
    rate=st.sampled_from([0.0167, 0.0222, 2, 10]),
    burst=st.integers(min_value=1, max_value=20),
    steps=st.lists(
        st.tuples(st.floats(min_value=0, max_value=100), st.floats(min_value=0, max_value=5)),
        min_size=1,
        max_size=60,
    ),
)
@settings(max_examples=60, deadline=None)
def test_amazon_never_throttles_however_late_requests_arrive(rate, burst, steps):
    clock = Clock()
    throttle, op = MemoryThrottle(clock=clock, sleep=clock.sleep), operation(rate, burst)
    amazon = AmazonsBucket(1 / 60 if rate == 0.0167 else 1 / 45 if rate == 0.0222 else rate, burst)
    for pause, travel in steps:
        clock.now += pause
        was_full, came = throttle.acquire("NA", op), clock.now
        if was_full:
            clock.now += travel  # only the first of a burst is slow: it opens the connection
        assert amazon.request(clock.now)
        if was_full:
            throttle.settle("NA", op, elapsed_s=clock.now - came)


def test_a_late_first_request_would_be_throttled_without_settling(clock, throttle):
    """Why settle exists: the 16th request comes too early by what the first was late."""
    amazon = AmazonsBucket(1 / 60, 15)
    throttle.acquire("NA", CREATE_REPORT)
    clock.now += 3
    answers = [amazon.request(clock.now)]
    for _ in range(15):
        throttle.acquire("NA", CREATE_REPORT)
        answers.append(amazon.request(clock.now))
    assert answers == [True] * 15 + [False]


def test_waiting_uses_nearly_the_whole_quota(clock, throttle):
    for _ in range(15 + 100):
        throttle.acquire("NA", CREATE_REPORT)
    assert 6000 <= clock.now <= 6000 / 0.995


def test_the_first_request_finds_the_bucket_full_and_the_second_does_not(clock, throttle):
    assert throttle.acquire("NA", GET_REPORT) is True
    assert throttle.acquire("NA", GET_REPORT) is False
    clock.now += 60
    assert throttle.acquire("NA", GET_REPORT) is True


def test_naps_are_short_so_that_a_new_rate_counts_at_once(clock, throttle):
    for _ in range(16):
        throttle.acquire("NA", CREATE_REPORT)
    assert max(clock.naps) <= LONGEST_NAP_S
    assert clock.now > 59


def test_a_rate_that_is_raised_while_one_waits_shortens_the_wait():
    clock = Clock()

    def sleep(seconds):
        clock.sleep(seconds)
        if 1 <= clock.now < 1.25:
            throttle.set_rate("NA", CREATE_REPORT, rate_per_s=10)

    throttle = MemoryThrottle(clock=clock, sleep=sleep)
    for _ in range(16):
        throttle.acquire("NA", CREATE_REPORT)
    assert clock.now < 2


def test_a_rate_that_is_lowered_stretches_what_is_owed(clock, throttle):
    for _ in range(15):
        throttle.acquire("NA", GET_REPORT)
    throttle.set_rate("NA", GET_REPORT, rate_per_s=0.2)
    throttle.acquire("NA", GET_REPORT)
    assert clock.now == pytest.approx(5, abs=0.01)


def test_a_rate_of_a_full_bucket_changes_nothing_owed(clock, throttle):
    throttle.set_rate("NA", GET_REPORT, rate_per_s=0.2)
    assert throttle.acquire("NA", GET_REPORT) is True
    assert clock.naps == []


def test_draining_leaves_exactly_one_token_after_the_wait(clock, throttle):
    throttle.drain("NA", GET_REPORT, next_in_s=1.1)
    throttle.acquire("NA", GET_REPORT)
    assert clock.now == pytest.approx(1.1, abs=0.01)
    throttle.acquire("NA", GET_REPORT)
    assert clock.now == pytest.approx(1.6, abs=0.01)


def test_draining_may_shorten_our_own_count(clock, throttle):
    """Amazon's word over ours: about a second after a 429, whatever we thought was owed."""
    for _ in range(15):
        throttle.acquire("NA", CREATE_REPORT)
    throttle.drain("NA", CREATE_REPORT, next_in_s=1.0)
    throttle.acquire("NA", CREATE_REPORT)
    assert clock.now == pytest.approx(1, abs=0.01)


def test_accounts_and_operations_have_buckets_of_their_own(clock, throttle):
    for account in ("NA", "EU", "UAE"):
        for op in (CREATE_REPORT, GET_REPORT):
            assert throttle.acquire(account, op) is True
    assert clock.naps == []


def test_threads_share_a_bucket():
    throttle, op = MemoryThrottle(), operation(0.0001, 20)
    taken = threading.Semaphore(0)

    def take():
        throttle.acquire("NA", op)
        taken.release()

    threads = [threading.Thread(target=take, daemon=True) for _ in range(21)]
    for thread in threads:
        thread.start()
    assert all(taken.acquire(timeout=5) for _ in range(20))
    assert not taken.acquire(timeout=0.05)


@pytest.mark.parametrize(
    ("rate", "true_rate"), [(0.0167, 1 / 60), (0.0222, 1 / 45), (0.016, 0.016), (0.0056, 1 / 180)]
)
def test_a_rate_that_amazon_rounded_up_is_taken_at_its_least(rate, true_rate):
    assert safe_rate(rate) <= true_rate
    assert safe_rate(rate) > 0.99 * true_rate


@pytest.mark.parametrize("rate", [0.1, 0.5, 2, 1000, 1 / 60, 0.01665])
def test_a_rate_that_amazon_did_not_round_stays(rate):
    assert safe_rate(rate) == rate


@given(st.floats(min_value=1e-6, max_value=1e4))
def test_a_safe_rate_is_positive_and_never_faster(rate):
    assert 0 < safe_rate(rate) <= rate
    assert safe_rate(safe_rate(rate)) <= safe_rate(rate)
