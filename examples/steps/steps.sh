# Counts the steps that the param `steps` says, five without it, with a line of progress for each. Fails at the step that `fail_at` says.
number() { sed -n 's/.*"'"$1"'": *\([0-9][0-9]*\).*/\1/p' "$SLUICE_PARAMS_FILE"; }
total=$(number steps)
total=${total:-5}
fail_at=$(number fail_at)
step=0
while [ "$step" -lt "$total" ]; do
  step=$((step + 1))
  if [ "$step" = "$fail_at" ]; then
    echo "ERROR: step $step was told to fail" >&2
    exit 4
  fi
  echo "[$step/$total] step $step of run $SLUICE_RUN_ID"
  sleep 1
done
