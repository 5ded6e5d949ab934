#!/bin/sh
# Programs that the tests use and Python cannot bring along: a browser, SIP phones, a carrier, sound, message catalogues.
# As root it installs what is missing; otherwise it says which tests will be skipped, and fails where CI is set.
set -eu

missing=
add() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }
add chromium chromium
add sipp sip-tester
add baresip baresip
add sox sox
add espeak-ng espeak-ng
add msgfmt gettext
add ip iproute2
[ -d /usr/share/fonts/truetype ] || missing="$missing fonts-dejavu-core"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing for the tests:$missing"
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update </dev/null
    # shellcheck disable=SC2086
    apt-get -qq -y --no-install-recommends install $missing </dev/null >/dev/null && exit 0
fi
echo "!!! Not installed:$missing. Tests that need them are SKIPPED. As root, make test installs them." >&2
[ -z "${CI:-}" ] || [ "$(id -u)" != 0 ]
