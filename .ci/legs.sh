# What each leg does, in a subshell. Sourced by .ci/run.

leg_suite() {
  enter python3
  local test_command
  test_command=$(grep -m1 '^pip install -e "\.\[test\]" && ' README.md)
  echo "+ $test_command"
  eval "$test_command"
  python -m pytest -q -n 2 -m slow
  ruff check .
  ruff format --check .
  pyright --pythonpath "$(command -v python)"
}

leg_package() {
  local here=$PWD
  enter python3
  pip install -q build twine
  python -m build --outdir "$work/dist" .
  twine check --strict "$work"/dist/*
  python .ci/contents.py "$work"/dist/*.whl
  deactivate
  enter python3
  pip install -q "$work"/dist/*.whl
  pip list
  cd "$work" # where no other metrax lies
  python "$here/.ci/first_example.py" "$here/README.md"
  python -m doctest "$here/docs/index.md" "$here/docs/start.md"
}

# Programs that are hardly optimized compile in half the time; what a version of a library breaks
# shows in them as well.
QUICK="--xla_backend_optimization_level=0"

leg_newest() {
  require_python 3.13 3.12
  enter "$python"
  pip install -q -e ".[test]"
  show_versions
  XLA_FLAGS=$QUICK python -m pytest -q -n 2 -m "" --representative --ignore tests/laws/test_devices.py
}

leg_lowest() {
  require_python 3.11
  enter "$python"
  python .ci/lower_bounds.py >"$work/lower_bounds.txt"
  pip install -q -c "$work/lower_bounds.txt" -e ".[test]"
  show_versions
  XLA_FLAGS=$QUICK python -m pytest -q -n 2 --representative --ignore tests/laws/test_sharded_axes.py \
    tests/core tests/laws tests/interop metrax README.md docs
}

leg_docs() {
  require_chromium
  enter python3
  pip install -q -e ".[docs]"
  python -m docs._site "$work/site"
  pip install -q -e ".[test]"
  python -m pytest -q -n 0 tests/docs/test_browser.py --site "$work/site"
}

show_versions() {
  pip list --format=freeze | grep -E '^(jax|jaxlib|chex|optax|numpy|flax|orbax-checkpoint|keras)='
}
