#!/bin/bash
# Holds the table of CONTRIBUTING.md ("To add a ..., edit ...") against the code: adds one of a kind in a copy of the source tree
# and lets a program look for it. A kind is a folder beside this script:
#     added     files to add, `name path-in-the-tree` a line
#     rows      rows to add to files that are there, `path sed-script` a line
#     compiled  files of the copy to compile, a line each; `link TEST`: the test whose flags and libraries they take
#     check.cpp a program that ends with 0 if what was added is there and works
# usage: run.sh SOURCE BUILD KIND
set -euo pipefail
source=$(cd "$1" && pwd) build=$(cd "$2" && pwd) kind=$3
here=$source/tests/extend/$kind
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT

cp -rs "$source"/{core,physics,ui,app} "$copy"
while read -r name path; do cp "$here/$name" "$copy/$path"; done < "$here/added"
while read -r path script; do
    cp --remove-destination "$source/$path" "$copy/$path"
    sed -i -E "$script" "$copy/$path"
    if cmp -s "$source/$path" "$copy/$path"; then echo "$kind: no row was added to $path" >&2; exit 1; fi
done < "$here/rows"

# Compiled as a test of the build is, without its precompiled header, not optimised, and with the copy in the place of the source.
test=$(sed -n 's/^link //p' "$here/compiled")
command=$(grep -F "\"command\"" "$build/compile_commands.json" | grep -F -- "-o tests/CMakeFiles/$test.dir/" | head -1 | sed -E 's/^ *"command": "//; s/",?$//; s/\\"/"/g')
[ -n "$command" ] || { echo "$kind: the build has no test $test" >&2; exit 1; }
flags=$(sed -E "s# -o .*##; s# -Winvalid-pch##; s# -include [^ ]+##g; s# -O[0-9s]##g; s#-I$source( |\$)#-I$copy #" <<< "$command")

# Linked as that test is. Its objects go before the libraries and their definitions are taken, so that the rows of the copy are: the
# libraries hold several sources in an object, and bring the old rows with what else is wanted of it.
link=$(ninja -C "$build" -t commands "tests/$test" | tail -1 | sed -E 's/^: && //; s/ && .*$//')
objects=()
compile()
{
    local object=$copy/$(basename "$1").o
    (cd "$build" && eval "$flags -O0 -o '$object' -c '$1'")
    objects+=("$object")
}
while read -r path; do
    case $path in "link "*) continue;; esac
    compile "$copy/$path"
done < "$here/compiled"
compile "$here/check.cpp"
link=$(sed -E "s#tests/CMakeFiles/$test\.dir/[^ ]+\.o##g; s#-o [^ ]+#-Wl,-z,muldefs -o $copy/check ${objects[*]}#" <<< "$link")
(cd "$build" && eval "$link")
QT_QPA_PLATFORM=offscreen "$copy/check"
echo "$kind: added and found"
