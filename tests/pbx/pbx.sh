#!/bin/bash
# One Asterisk from etc/, on addresses of its own in 127/8, so that any number run side by side.
#   pbx.sh start        a new instance        pbx.sh stop
#   pbx.sh again        starts it again with everything it had written (after a stop or a crash)
#   pbx.sh kill         kill -9               pbx.sh cli COMMAND ...
#   pbx.sh how          says how to register a softphone and how to call
# Settings: CALLWRIGHT_PBX_HOME (install.sh's folder), RUN (instance folder), NET (first three bytes of the addresses),
#   IP (PBX), TRUNK_IP (carrier), SIP, AMI, HTTP (ports), RTP0, RTP1
set -euo pipefail
HERE=$(cd "$(dirname "$0")" && pwd)
PBX=${CALLWRIGHT_PBX_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/callwright/asterisk}
NET=${NET:-127.0.7} RUN=${RUN:-${XDG_RUNTIME_DIR:-/tmp}/callwright-pbx-$NET}
IP=${IP:-$NET.1} TRUNK_IP=${TRUNK_IP:-$NET.10}
SIP=${SIP:-5060} AMI=${AMI:-5038} HTTP=${HTTP:-8088} RTP0=${RTP0:-10000} RTP1=${RTP1:-19999}

configure() {
  rm -rf "$RUN"
  mkdir -p "$RUN"/{etc,lib/keys,agi,spool/monitor,spool/outgoing,spool/voicemail,spool/recording,run,cache,log/cdr-csv,log/cel-custom,empty}
  for f in "$HERE"/etc/*.conf; do
    sed -e "s#@ROOT@#$PBX/tree#g;s#@RUN@#$RUN#g;s#@IP@#$IP#g;s#@TRUNK_IP@#$TRUNK_IP#g;s#@NET@#$NET#g" \
        -e "s#@SIP@#$SIP#g;s#@AMI@#$AMI#g;s#@HTTP@#$HTTP#g;s#@RTP0@#$RTP0#g;s#@RTP1@#$RTP1#g" "$f" >"$RUN/etc/${f##*/}"
  done
  sed -i "s#@MODULES@#$(echo "$PBX"/tree/usr/lib/*/asterisk/modules)#" "$RUN/etc/asterisk.conf"
  # files whose absence Asterisk complains of
  for f in acl pjproject websocket_client chan_websocket; do [ -e "$RUN/etc/$f.conf" ] || : >"$RUN/etc/$f.conf"; done
  for f in udptl ccss res_http_media_cache; do [ -e "$RUN/etc/$f.conf" ] || echo "[general]" >"$RUN/etc/$f.conf"; done
  # Asterisk offers no 127/8 address by itself: a browser is told of this one in place of the machine's own
  ip -4 -o addr show 2>/dev/null | awk -v ip="$IP" '{sub("/.*","",$4)} $4 !~ /^127\./ {print $4 " => " ip}' >>"$RUN/etc/rtp.conf" || true
}

boot() {
  ulimit -n 65536 2>/dev/null || ulimit -n "$(ulimit -Hn)"
  # -f foreground, -n no colours; own session, so that a test runner's ^C does not reach it
  TZ=${TZ:-UTC} setsid "$PBX/asterisk" -f -n -C "$RUN/etc/asterisk.conf" >>"$RUN/stdout" 2>&1 </dev/null 9>&- &
  echo $! >"$RUN/pid"
  for _ in $(seq 300); do
    kill -0 "$(cat "$RUN/pid")" 2>/dev/null || { tail -20 "$RUN/stdout" "$RUN/log/full" >&2; exit 1; }
    "$0" cli core waitfullybooted >/dev/null 2>&1 && { echo "pbx: up, pid $(cat "$RUN/pid"), $IP sip $SIP ami $AMI http $HTTP"; exit 0; }
    sleep 0.1
  done
  echo "pbx: did not boot" >&2; exit 1
}

stop() {
  [ -e "$RUN/pid" ] || return 0
  p=$(cat "$RUN/pid")
  # the number may belong to another process by now
  grep -qs "$RUN/etc/asterisk.conf" "/proc/$p/cmdline" || return 0
  kill "$p" 2>/dev/null || true
  for _ in $(seq 50); do kill -0 "$p" 2>/dev/null || return 0; sleep 0.1; done
  kill -9 "$p"
}

case ${1:-} in
start) stop; configure; boot ;;
again) boot ;;
kill)
  p=$(cat "$RUN/pid"); kill -9 "$p"
  # its ports are free only when it is really gone
  while kill -0 "$p" 2>/dev/null; do sleep 0.05; done ;;
stop) stop ;;
how) cat <<END

Asterisk is at $IP. Phones 101 to 107 can register there from this machine, with any SIP softphone:
    server $IP:$SIP (UDP), user 102, password secret       then dial 101, or 600 to hear yourself
A client calls, without a softphone:
    .venv/bin/python -m tests.pbx.call                  the queue "support"
    .venv/bin/python -m tests.pbx.call 74951000101      phone 101; --number and --name say who calls
What the PBX says:
    tests/pbx/pbx.sh cli core show channels             and whether the link is well: .venv/bin/callwright check

END
;;
cli) shift; exec "$PBX/asterisk" -r -C "$RUN/etc/asterisk.conf" -x "$*" ;;
*) sed -n 2,9p "$0"; exit 2 ;;
esac
