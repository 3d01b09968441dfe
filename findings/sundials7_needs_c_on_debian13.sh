#!/usr/bin/env bash
# SUNDIALS 7.1.1 as Debian 13 packages it (libsundials-dev 7.1.1+dfsg1) cannot be configured into a CMake project whose only
# language is C++, although its libraries are used from C++ as well as from C.
#
# Its targets name MPI::MPI_C. The package's SUNDIALSConfig.cmake calls find_dependency(MPI), but CMake's FindMPI makes
# MPI::MPI_C only if the language C is enabled, and says nothing if it is not. Seen with CMake 3.31.6:
#   project(p LANGUAGES CXX)    find_package(SUNDIALS REQUIRED) stops: "The link interface of target
#                               "SUNDIALS::core_shared" contains: MPI::MPI_C but the target was not found"
#   project(p LANGUAGES C CXX)  the same project configures
# Asking for it QUIET does not help: the error is raised while the package's targets file is read, and ends configuring.
# Debian 12's SUNDIALS 6.4.1 has no MPI in the targets of its serial libraries.
#
# Exits 0 if this is still so, 1 if it has changed, 2 if it could not be tried. Needs root, debootstrap and the network;
# takes a few minutes and about 1 GB in a temporary folder.
set -euo pipefail

mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
command -v debootstrap >/dev/null && [[ $EUID -eq 0 ]] || { echo "needs root and debootstrap" >&2; exit 2; }
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/etc/apt"
debootstrap --variant=minbase trixie "$root" "$mirror" >"$root.log" 2>&1 || { tail -5 "$root.log" >&2; exit 2; }
[[ -d /etc/apt/apt.conf.d ]] && cp -r /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true
inside() { chroot "$root" env DEBIAN_FRONTEND=noninteractive "$@"; }
inside apt-get update -qq >>"$root.log" 2>&1
inside apt-get install -qq --yes --no-install-recommends g++ gcc cmake ninja-build libsundials-dev >>"$root.log" 2>&1 ||
    { tail -5 "$root.log" >&2; exit 2; }
rm -f "$root.log"
inside dpkg-query --show cmake libsundials-dev

# configure <languages>: 0 if a project of these languages that links CVODES configures.
configure()
{
    local folder=$root/project
    rm -rf "$folder"
    mkdir "$folder"
    cat >"$folder/CMakeLists.txt" <<CMAKE
cmake_minimum_required(VERSION 3.25)
project(p LANGUAGES $1)
find_package(SUNDIALS REQUIRED)
add_executable(p p.cpp)
target_link_libraries(p SUNDIALS::cvodes SUNDIALS::nvecserial)
CMAKE
    echo 'int main() {}' >"$folder/p.cpp"
    inside cmake -G Ninja -S /project -B /project/build >"$folder/log" 2>&1
}

changed=0
if configure "CXX"; then
    echo "changed: a project of C++ alone configures"
    changed=1
elif grep -q 'MPI::MPI_C' "$root/project/log"; then
    echo "as described: C++ alone stops at MPI::MPI_C"
else
    echo "changed: C++ alone stops for another reason:"
    cat "$root/project/log"
    changed=1
fi
if configure "C CXX"; then
    echo "as described: C and C++ configure"
else
    echo "changed: C and C++ do not configure:"
    cat "$root/project/log"
    changed=1
fi
exit $changed
