#!/bin/sh
# A child that says what lies beside it in `frames`, whatever it is asked, and then does `ending`.
here=$(/usr/bin/dirname "$0")
/bin/cat "$here/frames"
. "$here/ending"
