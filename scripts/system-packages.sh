#!/usr/bin/env bash
# Installs what the browser tests and the tests on PostgreSQL need, where we may; says what to install where we may not.
# Without these packages the tests that need them are skipped, by name; nothing else changes.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
[ -n "$(find /usr/lib /lib -name 'libatomic.so.1*' 2>/dev/null | head -1)" ] || missing+=(libatomic1) # playwright's driver
[ -n "$(find /usr/share/fonts -iname '*wqy-microhei*' 2>/dev/null | head -1)" ] || missing+=(fonts-wqy-microhei)
[ -n "$(find /usr/lib/postgresql -name initdb 2>/dev/null | head -1)" ] || missing+=(postgresql)
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${missing[*]} …"
    if apt-get -qq update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null; then
        exit 0
    fi
fi
echo "The tests that need them will be skipped. To run them: sudo apt-get install ${missing[*]}"
