/**
 * The program of a reader: a shell script that lists folders of the work volume, or prints a part of a file, and answers on its
 * output. It needs bash and what is in coreutils, which every image of Nextflow has, and no `find`. Pure.
 *
 * Its arguments: `list` or `read`, the mount path of the volume, the folder of tasks (empty for none), then
 * `list`: the folders, each below the volume; `read`: a folder, the path below it as `\x2e` for each byte, the first byte
 * (from the end with a minus), the number of bytes.
 *
 * Its answer: lines of base64, then `END CODING SHA256 FACTS…`, where the sum is that of the lines; or `REFUSED WORD`.
 *
 * A run's files are as trustworthy as its pipeline. A folder is read only where no link leads to it, a file only where the opened
 * file itself, after all links, is below its folder or in a task's folder: Nextflow publishes links there.
 */

/** Files of one listing; more are told, not listed. So many names are some megabytes. */
export const LISTED_FILES_MAX = 10_000;
/** Folders inside folders that a listing enters. */
const DEPTH_MAX = 24;
/** Files that one call of `stat` gets: their names have to fit into its arguments. */
const BATCH = 200;
/** Characters of a line. Nodes cut lines at 16 KiB. */
const LINE_CHARS = 4_000;

/** Where the answer is made, before it is printed. */
export const SCRATCH_PATH = '/sluice/scratch';

export const READER_SCRIPT = `
exec 2>/dev/null
export LC_ALL=C
shopt -s dotglob nullglob
umask 077
mode=$1
volume=$(cd -P -- "$2" && pwd -P) || { echo 'REFUSED volume'; exit 0; }
tasks=\${3:+$volume/$3}
shift 3
out=${SCRATCH_PATH}/out
refuse() { echo "REFUSED $1"; exit 0; }

enter() {
  [ -d "$volume/$1" ] || return 1
  root=$(cd -P -- "$volume/$1" && pwd -P) || return 1
  [ "$root" = "$volume/$1" ]
}
in_task() {
  [ -n "$tasks" ] && [[ $1 == "$tasks"/* ]] && [[ \${1#"$tasks"/} =~ ^[0-9a-f]{2}/[0-9a-f]{30}/ ]]
}
allowed() { [[ $1 == "$root"/* ]] || in_task "$1"; }

answer() {
  local coding=plain file=$out sum
  if gzip -1 < "$out" > "$out.gz" && [ "$(stat -c %s "$out.gz")" -lt "$(stat -c %s "$out")" ]; then
    coding=gzip file=$out.gz
  fi
  base64 -w ${LINE_CHARS} "$file" > "$out.b64" || refuse space
  sum=$(sha256sum < "$out.b64") || refuse space
  cat "$out.b64"
  echo "END $coding \${sum%% *} $1"
}

names=() paths=() count=0 more=0
flush() {
  local text facts=() reals=() at
  [ \${#paths[@]} -gt 0 ] || return 0
  text=$(stat -L -c '%f %s %Y' -- "\${paths[@]}") && mapfile -t facts <<< "$text"
  text=$(readlink -f -- "\${paths[@]}") && mapfile -t reals <<< "$text"
  if [ \${#facts[@]} -ne \${#paths[@]} ] || [ \${#reals[@]} -ne \${#paths[@]} ]; then
    facts=() reals=()
    for at in "\${!paths[@]}"; do
      facts[at]=$(stat -L -c '%f %s %Y' -- "\${paths[at]}")
      reals[at]=$(readlink -f -- "\${paths[at]}")
    done
  fi
  for at in "\${!paths[@]}"; do
    text=\${facts[at]:-0 0 0}
    [ $(( 16#\${text%% *} & 16#f000 )) -eq $(( 16#8000 )) ] || continue
    allowed "\${reals[at]}" || continue
    if [ $count -ge ${LISTED_FILES_MAX} ]; then more=1; break; fi
    count=$((count + 1))
    printf '%s %s %s\\0' "$place" "\${text#* }" "\${names[at]}"
  done
  names=() paths=()
}
walk() {
  local entry name
  for entry in "$root/$1"*; do
    [ $more -eq 0 ] || return 0
    name=\${entry#"$root"/}
    if [ -d "$entry" ]; then
      [ $2 -lt ${DEPTH_MAX} ] || continue
      if [ ! -L "$entry" ]; then walk "$name/" $(($2 + 1)) $3
      elif [ $3 -eq 0 ] && in_task "$(readlink -f -- "$entry")/"; then walk "$name/" $(($2 + 1)) 1
      fi
    else
      names+=("$name") paths+=("$entry")
      [ \${#paths[@]} -lt ${BATCH} ] || flush
    fi
  done
}

case $mode in
list)
  place=0
  for folder in "$@"; do
    if enter "$folder"; then walk '' 0 0; flush; fi
    place=$((place + 1))
  done > "$out" || refuse space
  answer "$more"
  ;;
read)
  enter "$1" || refuse missing
  printf -v name '%b' "$2"
  file=$root/$name
  [ -e "$file" ] || refuse missing
  [ -f "$file" ] || refuse folder
  { :; } < "$file" || refuse unreadable
  exec 3< "$file"
  allowed "$(readlink /proc/self/fd/3)" || refuse outside
  [ -f /proc/self/fd/3 ] || refuse folder
  facts=$(stat -L -c '%s %Y %Z %i' /proc/self/fd/3) || refuse unreadable
  size=\${facts%% *}
  start=$3
  if [ $start -lt 0 ]; then start=$((size + start)); [ $start -ge 0 ] || start=0; fi
  tail -c +$((start + 1)) <&3 | head -c $4 > "$out" || refuse space
  answer "$facts $start"
  ;;
esac
`;
