#!/usr/bin/env bash
# GCC (12.2 and 14.2 seen) keeps declarations in a precompiled header, but not what its inline functions instantiate. A header with one inline
# function that is no template and uses templates (an expression of Eigen, say) makes every source that takes the precompiled header
# instantiate them again at its end, also a source that calls nothing: "phase lang. deferred" of -ftime-report. If the body of
# the function stands in a source instead, the empty source is compiled in a small part of the time.
# (clang has -fpch-instantiate-templates for this; GCC has no such option.)
#
# Exits 0 if this is still so, 1 if it has changed, 2 if it could not be tried. Needs g++.
set -euo pipefail

command -v g++ >/dev/null || exit 2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >templates.hpp <<'CPP'
template <int n>
struct Sum {
    template <class T>
    static T of(T x) { return x + Sum<n - 1>::of(x); }
};
template <>
struct Sum<0> {
    template <class T>
    static T of(T x) { return x; }
};
template <int n>
struct Sums {
    static double of(double x) { return Sum<n % 700 + 1>::of(x) + Sums<n - 1>::of(x); }
};
template <>
struct Sums<0> {
    static double of(double) { return 0; }
};
CPP
{ cat templates.hpp; echo 'inline double all(double x) { return Sums<800>::of(x); }'; } >defined.hpp
{ cat templates.hpp; echo 'double all(double x);'; } >declared.hpp
echo 'int nothing;' >empty.cpp

g++ --version | head -1
changed=0
for header in declared defined; do
    g++ -std=c++17 -ftemplate-depth=2000 -x c++-header "$header.hpp" -o "$header.hpp.gch"
    g++ -std=c++17 -ftemplate-depth=2000 -include "$header.hpp" -Winvalid-pch -ftime-report -c empty.cpp 2>"$header.txt"
    row=$(grep "template instantiation" "$header.txt" || true)
    echo "$header: ${row:-no template instantiation}"
    [[ $header == defined && -n $row || $header == declared && -z $row ]] || changed=1
done
exit "$changed"
