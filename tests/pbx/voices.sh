#!/bin/bash
# voices.sh FOLDER   two voices: agent and client; 8 kHz WAV for baresip and for comparing, raw ulaw for SIPp
set -e; D=$1; [ -e "$D/client.ul" ] && exit 0
T=$(mktemp -d); mkdir -p "$D"
espeak-ng -v en -s 150 -w "$T/client.wav" "Hello, this is the customer speaking. I would like to know where my order number four five six is, please. I have been waiting for a long time."
espeak-ng -v en+f3 -s 150 -w "$T/agent.wav" "Good afternoon, you are speaking with the agent Anna. One moment please, I am looking at your order right now, it will arrive tomorrow."
for x in agent client; do sox "$T/$x.wav" -r 8000 -c 1 -b 16 "$T/$x-8k.wav"; sox "$T/$x.wav" -r 8000 -c 1 -t ul "$T/$x.ul"; done
sox "$T/agent-8k.wav" "$T/agent-long-8k.wav" repeat 20   # baresip hangs up when its file is at its end
mv "$T"/*-8k.wav "$T/agent.ul" "$D"; mv "$T/client.ul" "$D"; rm -rf "$T"
