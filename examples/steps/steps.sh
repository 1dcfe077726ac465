# Counts the steps that the param `steps` says, five without it, with a line of progress for each.
total=$(sed -n 's/.*"steps": *\([0-9][0-9]*\).*/\1/p' "$SLUICE_PARAMS_FILE")
total=${total:-5}
step=0
while [ "$step" -lt "$total" ]; do
  step=$((step + 1))
  echo "[$step/$total] step $step of run $SLUICE_RUN_ID"
  sleep 1
done
