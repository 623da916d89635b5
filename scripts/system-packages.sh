#!/usr/bin/env bash
# Installs what the browser tests and the tests on PostgreSQL and Spark need, where we may; says what to install where
# we may not. Without these packages the tests that need them are skipped, by name; nothing else changes.
set -euo pipefail
missing=()
command -v chromium >/dev/null || missing+=(chromium)
[ -n "$(find /usr/lib /lib -name 'libatomic.so.1*' 2>/dev/null | head -1)" ] || missing+=(libatomic1) # playwright's driver
[ -n "$(find /usr/share/fonts -iname '*wqy-microhei*' 2>/dev/null | head -1)" ] || missing+=(fonts-wqy-microhei)
postgres=()
[ -n "$(find /usr/lib/postgresql -name initdb 2>/dev/null | head -1)" ] || postgres+=(postgresql)
java=()
[ -x "${JAVA_HOME:+$JAVA_HOME/bin/java}" ] || command -v java >/dev/null || java+=(openjdk-17-jre-headless) # 189 MB
all=("${missing[@]}" "${postgres[@]}" "${java[@]}")
[ ${#all[@]} = 0 ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing ${all[*]} …"
    mkdir -p /usr/share/man/man1 # slim images lack it, and Java's installer stops without it
    if apt-get -qq update >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${all[@]}" >/dev/null; then
        exit 0
    fi
fi
[ ${#missing[@]} = 0 ] || echo "The browser tests will be skipped. To run them: sudo apt-get install ${missing[*]}"
[ ${#postgres[@]} = 0 ] || echo "The tests on PostgreSQL will be skipped. To run them: sudo apt-get install ${postgres[*]}"
[ ${#java[@]} = 0 ] || echo "The tests on Spark will be skipped. To run them: sudo apt-get install ${java[*]}"
