#!/usr/bin/env bash
# Syzygy as a stranger meets it, on a Debian with nothing installed: for each release a root made by debootstrap, a clean
# checkout of HEAD in it, and the two commands of the README, with warnings as errors.
set -euo pipefail

usage()
{
    cat <<'TEXT'
usage: tests/package/roots.sh [--keep | --reuse] [RELEASE...]

Makes a root of each Debian release (default: bookworm trixie), copies HEAD into it, runs `CI=1 ./run --headless` and
`CI=1 ./test` there, and prints a line for each: what was run, versions, result, seconds. What is not committed is not
tried. Exits 1 if one failed, 2 if they could not be tried. Needs root and the network; installs debootstrap if it is missing.

  --keep      leave the roots for a look: chroot <folder>/<release>
  --reuse     take roots that were left, with what is installed in them, and leave them
  -h, --help  this text

  SYZYGY_ROOTS   the folder of roots, logs and compiler caches (default /var/cache/syzygy-roots); the caches stay
  SYZYGY_MIRROR  where the packages come from (default: where this machine's come from, else http://deb.debian.org/debian)

What this machine's apt knows of proxies, certificates and passwords goes into the roots as well. A root has mounts and
processes of its own, which end with the command whatever happens.
TEXT
}

keep=0
reuse=0
releases=()
for argument in "$@"; do
    case $argument in
        --keep) keep=1 ;;
        --reuse) keep=1 reuse=1 ;;
        -h | --help) usage; exit 0 ;;
        -* | */*) echo "roots: unknown argument '$argument'" >&2; usage >&2; exit 2 ;;
        *) releases+=("$argument") ;;
    esac
done
((${#releases[@]})) || releases=(bookworm trixie)
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
if [[ $EUID -ne 0 ]]; then
    echo "roots: only root can make roots" >&2
    exit 2
fi
if ! command -v debootstrap >/dev/null; then
    apt-get --quiet --quiet update
    apt-get --quiet --quiet --yes install --no-install-recommends debootstrap debian-archive-keyring >/dev/null
fi
folder=${SYZYGY_ROOTS:-/var/cache/syzygy-roots}
mkdir -p "$folder"
mirror=${SYZYGY_MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' 'Origin: Debian' 'Label: Debian' 'Component: main' \
    2>/dev/null | head -n 1)}
mirror=${mirror:-http://deb.debian.org/debian}
commit=$(git rev-parse --short HEAD)

# make_root <release>: a root with the least that Debian needs and this machine's way to the mirror. It passes on the failure of
# each command itself: `set -e` has no effect in a function whose result the caller tests.
make_root()
{
    local root=$folder/$1 part=$1.part
    rm -rf --one-file-system "$root" "$folder/$part"
    mkdir -p "$folder/packages" &&
        debootstrap --variant=minbase --include=ca-certificates --cache-dir="$folder/packages" "$1" "$folder/$part" "$mirror" &&
        { apt-config dump | grep -E '^Acquire::(https?|ftp|Check-|Retries|Force)' || true; } \
            >"$folder/$part/etc/apt/apt.conf.d/00machine" &&
        cp --dereference /etc/resolv.conf /etc/hosts "$folder/$part/etc/" || return 1
    cp --recursive /etc/apt/auth.conf.d "$folder/$part/etc/apt/" 2>/dev/null || true
    cp /usr/local/share/ca-certificates/*.crt "$folder/$part/usr/local/share/ca-certificates/" 2>/dev/null || true
    # A root by its own name is a whole one.
    in_root "$part" update-ca-certificates && mv "$folder/$part" "$root"
}

# in_root <release> <command> [argument...]: runs a command in a root, from the folder of the checkout.
in_root()
{
    local release=$1
    shift
    # A mount namespace takes its mounts with it, a process namespace its processes, both also where this script is killed.
    setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child bash -c '
        set -e
        root=$1 cache=$2
        shift 2
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/dev/shm"
        mkdir -p "$cache" "$root/root/.cache/ccache" "$root/root/syzygy"
        mount --bind "$cache" "$root/root/.cache/ccache"
        exec chroot "$root" env --ignore-environment --chdir=/root/syzygy HOME=/root LANG=C.UTF-8 \
            PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
            ${no_proxy:+no_proxy="$no_proxy"} "$@"' \
        in_root "$folder/$release" "$folder/ccache-${release%.part}" "$@" </dev/null &
    wait $!  # in the background, since the shell would keep an interrupt waiting for a command in the foreground
}

# versions <release>: of what decides how the project compiles there.
versions()
{
    echo -n "Debian $(<"$folder/$1/etc/debian_version")"
    in_root "$1" dpkg-query --show --showformat '${Package} ${Version}\n' g++ cmake libeigen3-dev libceres-dev \
        qt6-base-dev libqcustomplot-dev libtorch-dev libsundials-dev libgtest-dev 2>/dev/null |
        sed -E 's/^lib//; s/-dev / /; s/ [0-9]+:/ /; s/[-+~][^ ]*$//; s/^/, /' | tr -d '\n'
}

# try_root <release>: prints its line; fails where one of the commands did.
try_root()
{
    local release=$1 root=$folder/$1 log=$folder/$1.log result='' status=0 start command
    : >"$log"
    if ((!reuse)) || [[ ! -d $root ]]; then
        start=$SECONDS
        if ! make_root "$release" >>"$log" 2>&1; then
            tail -n 20 "$log" >&2
            echo "$release: no root could be made of it from $mirror, see $log"
            return 1
        fi
        result="root $((SECONDS - start)) s; "
    fi
    # Nothing but what is committed.
    rm -rf "$root/root/syzygy"
    mkdir -p "$root/root/syzygy"
    git archive HEAD | tar --extract --directory="$root/root/syzygy"
    for command in './run --headless' './test'; do
        start=$SECONDS
        echo "\$ CI=1 $command" >>"$log"
        if in_root "$release" CI=1 $command >>"$log" 2>&1; then
            result+="CI=1 $command: passed, $((SECONDS - start)) s; "
        else
            tail -n 40 "$log" >&2
            result+="CI=1 $command: FAILED, $((SECONDS - start)) s, see $log; "
            status=1
        fi
    done
    echo "$release at $commit: $result$(grep -oE '^[0-9]+% tests passed.*' "$log" | tail -n 1); $(versions "$release")"
    if ((!keep)); then rm -rf --one-file-system "$root"; fi
    return $status
}

failed=0
for release in "${releases[@]}"; do try_root "$release" || failed=1; done
exit $failed
