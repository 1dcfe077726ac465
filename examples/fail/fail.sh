# Does a little, then fails with exit code 3 and says why in its last line.
echo "[1/3] reading the samples"
sleep 1
echo "[2/3] checking the samples"
sleep 1
echo "WARN: sample 7 has no reads"
echo "ERROR: the reference genome GRCh99 does not exist"
exit 3
