"""One metric object in several threads, each with a state of its own."""

from concurrent.futures import ThreadPoolExecutor

from tests.cases import over
from tests.environments import environment
from tests.laws.close import identical

THREADS, STEPS = 2, 5


@environment("threads")
@over("kind", long=True)
def test_threads_with_states_of_their_own_do_not_disturb_each_other(case):
    # An equal metric that nobody has used: what it caches is made while both threads run.
    fresh = case.of(type(case.metric).from_config(case.metric.get_config()))

    def epoch(thread):
        state = fresh.metric.init()
        for step in range(STEPS):
            state = fresh.update(state, case.batch(thread + THREADS * step))
        return state

    with ThreadPoolExecutor(THREADS) as pool:
        states = list(pool.map(epoch, range(THREADS)))
    for thread, state in enumerate(states):
        identical(state, epoch(thread))
