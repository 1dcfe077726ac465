# A small process tree: this shell, one shell that numbers the lines, and in each of five waves three
# workers that compute checksums, each with children of its own. It runs under any POSIX shell.
#
# HELLO_SECONDS  how long it takes, about (20)
# SLUICE_OUTPUT  the file that gets a copy of every line (one in /workspace, else a temporary one)
set -u
seconds=${HELLO_SECONDS:-20}
waves=5
workers=3
steps=4

if [ -n "${SLUICE_OUTPUT:-}" ]; then
  output=$SLUICE_OUTPUT
elif [ -d /workspace ] && [ -w /workspace ]; then
  output=/workspace/hello-${SLUICE_RUN_ID:-$$}.txt
else
  output=$(mktemp)
fi
: >"$output" || exit 1

# Every step takes its share of the time; shells count in whole numbers, so in milliseconds.
pause_ms=$((seconds * 1000 / (waves * steps)))
pause=$(printf '%d.%03d' $((pause_ms / 1000)) $((pause_ms % 1000)))

worker() { # wave, worker
  sum=sluice
  step=1
  while [ "$step" -le "$steps" ]; do
    sleep "$pause"
    sum=$(printf '%s %s %s %s' "$sum" "$1" "$2" "$step" | sha256sum | cut -c 1-12)
    echo "wave $1, worker $2, step $step of $steps: $sum"
    step=$((step + 1))
  done
}

all() {
  echo "hello from $(uname -s), process $$: $waves waves of $workers workers"
  wave=1
  while [ "$wave" -le "$waves" ]; do
    number=1
    while [ "$number" -le "$workers" ]; do
      worker "$wave" "$number" &
      number=$((number + 1))
    done
    wait
    echo "[$wave/$waves] wave $wave is done"
    wave=$((wave + 1))
  done
}

# One process writes all lines, so that the copy has them in the order in which they were printed.
record() {
  count=0
  while IFS= read -r line; do
    count=$((count + 1))
    case $line in
      # How far it is stands first in a line: that is how it is recognised.
      '['*) line=$(printf '%s #%04d %s' "$line" "$count" "$(date -u +%H:%M:%S)") ;;
      *) line=$(printf '#%04d %s %s' "$count" "$(date -u +%H:%M:%S)" "$line") ;;
    esac
    printf '%s\n' "$line" >>"$output"
    printf '%s\n' "$line"
  done
  echo "output: $count lines, sha256 $(sha256sum <"$output" | cut -c 1-64)"
}

# Process 1 of a container gets TERM only when it asks for it. The workers end when nobody reads them.
all | record &
recorder=$!
trap 'kill "$recorder" 2>/dev/null; exit 143' TERM INT
wait "$recorder"
