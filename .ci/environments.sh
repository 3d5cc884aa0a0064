# Interpreters, and environments that hold nothing else. Sourced by .ci/run.

banner() {
  printf '\n################ %s ################\n' "$*"
}

# Run legs, one after the other, each in a subshell.
run_legs() {
  local leg
  for leg in "$@"; do
    banner "$leg"
    SECONDS=0
    ("leg_$leg")
    echo "$leg: $SECONDS s"
  done
}

# Let the legs beside end, show what they printed, and leave nothing lying about.
finish() {
  local status=$?
  wait || true
  echo "$(<"$work/beside.log")"
  rm -rf "$work"
  exit "$status"
}

# Make and enter a clean environment of an interpreter.
enter() {
  local environment
  environment=$(mktemp -d -p "$work")
  "$1" -m venv "$environment"
  # shellcheck disable=SC1091
  source "$environment/bin/activate"
  python --version
}

# Set `python` to the first of these versions that is installed. A leg without one ends here, and
# the run ends in an error once the other legs are through.
require_python() {
  python=$(find_python "$@") && return
  local what="leg $leg did not run, for there is no Python $*"
  banner "NOT RUN: $what"
  echo "$what" >>"$work/missing"
  exit 0
}

# Debian's Chromium, installed where it is missing and may be.
require_chromium() {
  local install="apt-get install -y --no-install-recommends chromium"
  [[ -x /usr/bin/chromium ]] || $install >/dev/null 2>&1 || {
    banner "the leg docs needs Chromium: $install"
    exit 1
  }
}

find_python() {
  local version candidate
  for version in "$@"; do
    for candidate in "python$version" "$(pyenv_python "$version")"; do
      # pyenv puts shims on PATH also for interpreters that are not switched on: only running tells.
      if [[ -n $candidate ]] && "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
        "$candidate" -c 'import sys; print(sys.executable)'
        return
      fi
    done
  done
  return 1
}

pyenv_python() {
  local installed
  command -v pyenv >/dev/null || return 0
  installed=$(pyenv versions --bare | grep -E "^${1/./\\.}\.[0-9]+$" | sort -V | tail -1)
  [[ -z $installed ]] || echo "$(pyenv root)/versions/$installed/bin/python"
}
