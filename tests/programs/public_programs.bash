#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Runs public CUDA programs on the emulator and prints a table of them in Markdown:
#   public_programs.bash FOLDER_OF_CHECKOUTS [WORD]
#
# The folder holds checkouts under the repositories' own names (llm.c, SGEMM_CUDA, ...) that the
# user has made; public_programs.txt names repositories, commits and programs. With WORD only
# programs whose line contains it are run. ATTNLAB_BUILD and ATTNLAB_OUTPUT are run.bash's; the
# output of each program stays in ATTNLAB_OUTPUT. Ends with 1 if a result is not the expected one.
set -euo pipefail

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
checkouts=$(cd -- "${1:?usage: public_programs.bash FOLDER_OF_CHECKOUTS [WORD]}" && pwd)
word=${2:-}
output=${ATTNLAB_OUTPUT:-$(mktemp -d)}
seconds=60
mkdir -p -- "$output"
output=$(cd -- "$output" && pwd)
export ATTNLAB_RUNTIME=$output

trim() {
  local text=$1
  text=${text#"${text%%[![:space:]]*}"}
  printf '%s' "${text%"${text##*[![:space:]]}"}"
}

# The names of kernels without what is around them, each once.
kernels_of() {
  [[ -s $1 ]] && c++filt -p < "$1" | sed -E 's/<.*//; s/^.*[ :]//' | sort -u | paste -s -d ' '
  return 0
}

# Builds a copy of the program with its changes; prints the program's path.
build() {
  local folder=$1 source=$2 more=$3 flags=$4 changes=$5
  local from
  from=$checkout/$(dirname -- "$source")
  mkdir -p -- "$folder/source"
  cp -r -- "$from/." "$folder/source"
  rm -rf -- "$folder/source/.git"
  if [[ -n $changes ]]; then
    find "$folder/source" -type f -name '*.[ch]*' -exec sed -E -i "$changes" {} +
  fi
  local sources=("$(basename -- "$source")") extra
  for extra in $more; do
    [[ -e $folder/source/$extra ]] || extra=$checkout/$extra
    sources+=("$extra")
  done
  cd -- "$folder/source"
  ATTNLAB_OUTPUT=$folder ATTNLAB_FLAGS="-I. ${flags//@/$checkout}" \
    "$here/run.bash" --build-only "${sources[@]}" 2> "$folder/build.txt"
}

# Prints "as expected", or what was not.
check() {
  local status=$1 log=$2 expected=$3
  if [[ $expected == stops:* ]]; then
    ((status != 0)) && grep -E -q -- "${expected#stops: }" "$log" && echo "as expected" && return
  elif [[ $expected == silence ]]; then
    ((status == 0)) && [[ ! -s $log ]] && echo "as expected" && return
  elif ((status == 0)) && grep -E -q -- "$expected" "$log"; then
    echo "as expected" && return
  fi
  if ((status == 124)); then echo "stopped after $seconds s"; else echo "FAILED (status $status)"; fi
}

# Runs the program once for each list of arguments; counts in `ran` and `wanted`, says in `result`
# what was not expected.
run_lists() {
  local program=$1 folder=$2 runs=$3 expected=$4
  local run status said log word
  IFS=',' read -r -a lists <<< "$runs"
  for run in "${lists[@]}"; do
    run=$(trim "$run")
    wanted=$((wanted + 1))
    log=$folder/run_$wanted.txt
    local settings=() arguments=()
    for word in $run; do
      if [[ $word == -- ]]; then
        continue
      elif [[ $word == ATTNLAB_*=* ]]; then
        settings+=("$word")
      else
        arguments+=("${word//@/$checkout}")
      fi
    done
    status=0
    (cd "$folder/source" && ATTNLAB_KERNELS=$folder/kernels.txt \
      timeout "$seconds" env "${settings[@]}" "$program" "${arguments[@]}" > "$log" 2>&1) ||
      status=$?
    said=$(check "$status" "$log" "$expected")
    if [[ $said == "as expected" ]]; then ran=$((ran + 1)); else result+=" [$run] $said"; fi
  done
}

run_program() {
  local line=$1 fields i
  IFS='|' read -r -a fields <<< "$line"
  for i in "${!fields[@]}"; do fields[i]=$(trim "${fields[i]}"); done
  local source=${fields[0]} changes=${fields[3]} folder program summary="" result="" ran=0 wanted=0
  folder=$output/${name}_${source//\//_}
  rm -rf -- "$folder"
  mkdir -p -- "$folder"
  if program=$(build "$folder" "$source" "${fields[1]}" "${fields[2]}" "$changes"); then
    for ((i = 4; i + 1 < ${#fields[@]}; i += 2)); do
      local before=$ran wanted_before=$wanted
      run_lists "$program" "$folder" "${fields[i]}" "${fields[i + 1]}"
      summary+="; \`${fields[i]}\`: $((ran - before)) of $((wanted - wanted_before))"
      summary+=" \`${fields[i + 1]}\`"
    done
  elif [[ ${fields[5]} == "no build: "* ]] &&
    grep -E -q -- "${fields[5]#no build: }" "$folder/build.txt"; then
    summary="; not built: \`${fields[5]#no build: }\`"
  else
    result="; FAILED: did not build" ran=-1
  fi
  ((ran == wanted)) || failures=$((failures + 1))
  local kernels number
  kernels=$(kernels_of "$folder/kernels.txt")
  number=$(wc -w <<< "$kernels")
  count=$((count + 1)) kernel_count=$((kernel_count + number))
  summary+=$result
  echo "| $name/$source | ${fields[2]:+\`${fields[2]}\` }${changes:+\`$changes\`} |" \
    "$number: $kernels | ${summary#; } |"
}

count=0 kernel_count=0 failures=0
echo "| program | flags, changes | kernels | result |"
echo "|---|---|---|---|"
while IFS= read -r line; do
  [[ -z $line || $line == \#* ]] && continue
  if [[ $line == repository\ * ]]; then
    read -r _ repository commit <<< "$line"
    name=${repository##*/}
    checkout=$checkouts/$name
    have=$(git -C "$checkout" rev-parse HEAD 2> /dev/null || echo none)
    [[ $have == "$commit" ]] || echo "$name: the checkout is of $have, the table of $commit" >&2
    continue
  fi
  [[ -n $word && $line != *"$word"* ]] && continue
  run_program "$line" < /dev/null
done < "$here/public_programs.txt"
echo
echo "$count programs, $kernel_count kernels, $failures not as expected."
((failures == 0))
