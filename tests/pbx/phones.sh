#!/bin/bash
# The phones (baresip), the carrier (SIPp) and what makes their voices, from the machine's own packages.
set -euo pipefail
missing=
for c in sipp:sip-tester baresip:baresip sox:sox espeak-ng:espeak-ng; do
  command -v "${c%%:*}" >/dev/null || missing="$missing ${c##*:}"
done
[ -n "$missing" ] || exit 0
[ "$(id -u)" = 0 ] || { echo "phones: missing, please install:$missing" >&2; exit 3; }
export DEBIAN_FRONTEND=noninteractive
apt-get -qq update && apt-get install -yqq --no-install-recommends $missing >/dev/null
