#!/usr/bin/env bash
# The main job on the stories in data/: check, scan, clean, restore, compare. Called by `make demo`.
set -euo pipefail
out=${1:-build/demo}
rm -rf "$out"
mkdir -p "$out"

step() { printf '\n== %s\n\n' "$1"; }
run() { printf '$ %s\n' "$*"; "$@"; }
# Findings make the exit code 1, and these stories have some; anything else is a failure.
found() {
    printf '$ %s\n' "$*"
    local code=0
    "$@" || code=$?
    printf '(exit code %s)\n' "$code"
    [ "$code" -eq 1 ]
}

step "Does this feed repeat itself? 'check' answers with its exit code: 1, it does"
found dedup check data/stories --output-format concise

step "The same in numbers"
found dedup check data/stories --statistics

step "Compute once and keep every table in a run folder"
run dedup scan data/stories -o "$out/run"

step "Why are these two called the same?"
run dedup explain 12-observatory 13-observatory-edited --run "$out/run"

step "The same as a page for the browser"
run dedup report "$out/run" -o "$out/report.html"

step "Write the corpus without it: safe fixes only, and a log of every decision"
run dedup clean data/stories -o "$out/cleaned"

step "Undo it"
run dedup restore "$out/cleaned" --decisions "$out/cleaned/decisions.jsonl" -o "$out/restored"
run diff -r data/stories "$out/restored"
printf '\nEvery byte is back. Look around in %s, or try: .venv/bin/dedup --help\n' "$out"
