# Configuring and building in few words; sourced by ./run and ./test in the source tree's root.

# configure <preset> [cmake argument...]: quiet, but shows the log when it fails.
configure()
{
    local preset=$1 folder=build/$1
    shift
    mkdir -p "$folder"
    # A build folder that came from another place cannot be used again.
    local fresh=()
    if [[ -f $folder/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$folder/CMakeCache.txt"; then
        fresh=(--fresh)
    fi
    if ! cmake --preset "$preset" "${fresh[@]}" "$@" >"$folder/configure.log" 2>&1; then
        cat "$folder/configure.log" >&2
        echo "Configuring the preset '$preset' failed." >&2
        return 1
    fi
}

# build <preset> [cmake --build argument...]: one line of progress; the log when it fails, and the
# warnings when it does not.
build()
{
    local preset=$1 folder=build/$1 start=$SECONDS line status=0 shown=''
    shift
    [[ -t 2 ]] && shown='\r\033[K'
    {
        NINJA_STATUS='[%f/%t] ' cmake --build "$folder" --parallel "$(nproc)" "$@" 2>&1 || echo "[failed]"
    } | tee "$folder/build.log" | while IFS= read -r line; do
        [[ -n $shown && $line == \[*/*\]* ]] && printf "${shown}Building %s" "${line%%]*}]" >&2
    done || true
    [[ -n $shown ]] && printf "$shown" >&2
    if [[ $(tail -n 1 "$folder/build.log") == '[failed]' ]]; then
        grep -vE '^\[([0-9]+/[0-9]+\] |failed\]$)' "$folder/build.log" >&2
        echo "Building the preset '$preset' failed; the full log is $folder/build.log." >&2
        return 1
    fi
    grep -q 'warning:' "$folder/build.log" && grep -vE '^\[[0-9]+/[0-9]+\] ' "$folder/build.log" >&2
    if ((SECONDS - start >= 2)); then echo "Built $folder in $((SECONDS - start)) s." >&2; fi
}
