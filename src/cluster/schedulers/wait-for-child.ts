/**
 * Lines of a script that pass signals on to the program started last, and leave its exit code in `$code`. A signal ends `wait`,
 * not the program; where both end at once, a second `wait` knows the program's code.
 */
export const waitForChild = `child=$!
trap 'kill -USR2 $child 2>/dev/null' USR2
trap 'kill -TERM $child 2>/dev/null' TERM
while :; do
  wait $child; code=$?
  if [ $code -le 128 ]; then break; fi
  if ! kill -0 $child 2>/dev/null; then
    wait $child 2>/dev/null; again=$?
    if [ $again -ne 127 ]; then code=$again; fi
    break
  fi
done`;
