#!/usr/bin/env bash
# Trains for some minutes from scratch in an environment of its own (pip, and Debian's wamerican and wordnet-base), then lets the
# package read the file: models/nano/smoke.sh [MINUTES]
set -euo pipefail
cd "$(dirname "$0")/.."
root=$(cd .. && pwd)
environment=${NANO_VENV:-$root/.cache/nano-venv}
for file in /usr/share/wordnet/data.noun /usr/share/dict/words; do
  [ -e "$file" ] || { echo "nano smoke: skipped, $file is missing (apt-get install wordnet-base wamerican)"; exit 0; }
done
if [ ! -x "$environment/bin/python" ]; then
  python3 -m venv "$environment"
  "$environment/bin/pip" install --quiet -r nano/requirements.txt
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$environment/bin/python" -m nano.smoke --minutes "${1:-4}" --folder "$folder"
"$environment/bin/python" -m nano.samples --source train --blocks 5 --checkpoint "$folder/checkpoint.pt" > "$folder/samples.jsonl"
if [ -e "$root/dist/index.js" ]; then
  node nano/check_choices.mjs "$folder/smoke.gguf" "$folder/samples.jsonl"
else
  echo "nano smoke: the package is not built, so the file was not read by it (npm run build)"
fi
