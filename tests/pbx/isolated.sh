#!/bin/bash
# isolated.sh COMMAND ...   runs it in a network namespace of its own: nothing on this machine is in its way, nothing
# leaves it. As root, or where users may open namespaces; else plainly on loopback, where a PBX has its own addresses.
# The extra address exists so that Asterisk has an ICE host candidate (it skips 127/8; pbx.sh maps it to loopback).
HERE=$(cd "$(dirname "$0")" && pwd)
# fetched before the network is cut off
"$HERE/phones.sh" && "$HERE/install.sh" >/dev/null || exit
INSIDE='ip link set lo up && ip addr add 198.18.7.1/32 dev lo && exec "$@"'
if [ "$(id -u)" = 0 ] && unshare -n true 2>/dev/null; then exec unshare -n -- bash -c "$INSIDE" isolated "$@"; fi
if unshare -rn true 2>/dev/null; then exec unshare -rn -- bash -c "$INSIDE" isolated "$@"; fi
exec "$@"
