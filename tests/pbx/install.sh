#!/bin/bash
# Puts Asterisk 22 (Debian testing's) into a folder of its own: no root needed, nothing of the machine changed. Its own
# C library comes along and is used through its own loader, so that an older Debian can run it.
#   usage: install.sh [FOLDER]
#   folder: $1, else $CALLWRIGHT_PBX_HOME, else ${XDG_CACHE_HOME:-~/.cache}/callwright/asterisk   (about 170 MB, 20 s)
# Runs that meet wait for the first one; an installed folder is left as it is. The mirror is the one that this
# machine's own apt uses; PBX_MIRROR names another.
set -euo pipefail
DIR=${1:-${CALLWRIGHT_PBX_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/callwright/asterisk}}
say() { echo "asterisk: $*" >&2; }
[ -e "$DIR/installed" ] && { say "$(cat "$DIR/installed") in $DIR"; echo "$DIR"; exit 0; }
for c in apt-get dpkg-deb flock xargs; do
  command -v $c >/dev/null || { say "cannot be installed here: $c is missing (Debian or a relative is needed)"; exit 3; }
done
mkdir -p "$(dirname "$DIR")"
exec 9>"$DIR.lock"; flock 9
[ -e "$DIR/installed" ] && { say "$(cat "$DIR/installed") in $DIR"; echo "$DIR"; exit 0; }

MIRROR=${PBX_MIRROR:-$({ cat /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null || true; } |
  sed -n 's/^URIs: *//p;s/^deb \(\[.*\] \)\?\(http[^ ]*\).*/\2/p' | head -1)}
[ -n "$MIRROR" ] || { say "no Debian mirror in this machine's apt sources; set PBX_MIRROR"; exit 3; }
KEYS=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$KEYS" ] || { say "cannot be installed here: $KEYS is missing (package debian-archive-keyring)"; exit 3; }
ARCH=$(dpkg --print-architecture)
NEW=$DIR.new; A=$NEW/apt; rm -rf "$NEW" "$DIR"
mkdir -p "$A"/etc/{apt.conf.d,preferences.d,trusted.gpg.d,sources.list.d} "$A"/{state/lists/partial,cache/archives/partial,log} "$NEW/tree"
: >"$A/status"
# Check-Valid-Until: a mirror that is a snapshot serves Release files past their date; signatures are still checked.
cat >"$A/apt.conf" <<C
Dir::Etc "$A/etc"; Dir::State "$A/state"; Dir::State::status "$A/status";
Dir::Cache "$A/cache"; Dir::Log "$A/log";
APT::Architecture "$ARCH"; APT::Architectures { "$ARCH"; };
APT::Install-Recommends "false"; APT::Sandbox::User ""; Debug::NoLocking "true";
Acquire::Languages "none"; Acquire::Retries "3"; Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
Acquire::Check-Valid-Until "false";
C
export APT_CONFIG=$A/apt.conf
FOUND=
for SUITE in ${PBX_SUITES:-forky sid}; do
  echo "deb [signed-by=$KEYS] $MIRROR $SUITE main" >"$A/etc/sources.list"
  { apt-get -qq update && apt-get -qq -y --download-only install \
      asterisk asterisk-modules asterisk-core-sounds-en-gsm; } >"$NEW/apt.log" 2>&1 && { FOUND=$SUITE; break; }
done
[ -n "$FOUND" ] || { cat "$NEW/apt.log" >&2; say "could not be fetched"; exit 3; }
# Unpacked only: no maintainer script runs; what only those scripts use is left out.
find "$A/cache/archives" -name '*.deb' |
  grep -vE '/(adduser|passwd|login\.defs|base-passwd|debconf|perl|libperl|gnupg|gpg|dirmngr|pinentry|tzdata|pci\.ids|libpam)' |
  xargs -P"$(nproc)" -n8 sh -c 'for d; do dpkg-deb --fsys-tarfile "$d" | tar -x -C "$0" --no-same-owner \
    --exclude="./usr/share/doc/*" --exclude="./usr/share/man/*" --exclude="./usr/share/locale/*" || exit 255; done' "$NEW/tree"
ln -sfn en_US_f_Allison "$NEW/tree/usr/share/asterisk/sounds/en"   # what the package's postinst does
cat >"$NEW/asterisk" <<'C'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
for loader in "$here"/tree/usr/lib/*/ld-linux-*.so.*; do break; done
exec "$loader" --library-path "${loader%/*}" --argv0 asterisk "$here/tree/usr/sbin/asterisk" "$@"
C
chmod +x "$NEW/asterisk"
VERSION=$("$NEW/asterisk" -V)
rm -rf "$A"
echo "$VERSION ($FOUND)" >"$NEW/installed"
mv "$NEW" "$DIR"
say "$(cat "$DIR/installed") installed in $DIR"; echo "$DIR"
