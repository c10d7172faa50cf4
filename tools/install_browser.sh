#!/bin/sh
# Installs Chromium from the system's own packages, in which tests/test_browser.py opens pages. Where that cannot be
# done, it says what to do; the tests then skip, and nothing fails.

if command -v chromium > /dev/null; then
    exit 0
fi

by_hand="Without Chromium the tests in a browser are skipped. Install it so that the command \"chromium\" starts it."

if ! command -v apt-get > /dev/null; then
    echo "This system has no apt-get to install Chromium with. $by_hand" >&2
    exit 0
fi

as_root=""
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo > /dev/null; then
        echo "Chromium can only be installed by root, and there is no sudo. $by_hand" >&2
        exit 0
    fi
    as_root="sudo"
    [ -t 0 ] || as_root="sudo -n" # nobody is there to type a password
fi

install() {
    $as_root apt-get -o DPkg::Lock::Timeout=60 update --quiet &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=60 install --quiet --yes \
            --no-install-recommends chromium fonts-liberation
}

if ! { install >&2 && command -v chromium > /dev/null; }; then
    echo "apt-get could not install Chromium. $by_hand" >&2
fi
exit 0
