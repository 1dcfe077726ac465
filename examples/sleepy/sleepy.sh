# Says something now and then for ten minutes; made to be cancelled. On TERM it takes a second to end well.
#
# SLEEPY_SECONDS  how long it would take (600)
seconds=${SLEEPY_SECONDS:-600}
trap 'echo "asked to end, putting things away"; sleep 1; echo "done"; exit 143' TERM
echo "sleeping for $seconds seconds"
slept=0
while [ "$slept" -lt "$seconds" ]; do
  # A shell answers a signal only between commands, unless it waits for one in the background.
  sleep 1 &
  wait $!
  slept=$((slept + 1))
  if [ $((slept % 10)) -eq 0 ]; then echo "[$slept/$seconds] still asleep"; fi
done
