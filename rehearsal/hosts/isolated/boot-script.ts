import { DISK } from './root-folder';

/** What the first process of a host says when the host is up. */
export const IS_UP = 'host is up';

/**
 * The first process of a host, in namespaces of its own: puts the root together and becomes its init, which only reaps. The
 * arguments are folders: the root, the disk, what the machine lends, and pairs of a path of the machine and a path of the host.
 *
 * /usr/bin and /usr/sbin are writable, for deploys leave a command there: they are full of links to the machine's.
 */
export const BOOT_SCRIPT = `
set -eu
root=$1 disk=$2 lent=$3
shift 3
mount -t tmpfs -o mode=0755 none "$root"
cd "$root"
mkdir -p proc dev run tmp mnt machine/bin machine/sbin usr/bin usr/sbin usr/local ${DISK.join(' ')}
for name in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$name" ]; then cp -P "/$name" "$name"
  elif [ -d "/$name" ]; then mkdir "$name"; mount -o bind,ro "/$name" "$name"; fi
done
for folder in /usr/*; do
  name=\${folder#/usr/}
  case $name in bin | sbin | local) continue ;; esac
  if [ -d "$folder" ]; then mkdir "usr/$name"; mount --rbind "$folder" "usr/$name"; mount -o remount,bind,ro "usr/$name"; fi
done
for name in bin sbin; do mount -o bind,ro "/usr/$name" "machine/$name"; done
for name in ${DISK.join(' ')}; do mount --bind "$disk/$name" "$name"; done
mount --bind "$lent/local" usr/local
cp "$lent/clock.so" machine/clock.so
mount -t proc proc proc
mount --bind "$lent/boot-id" proc/sys/kernel/random/boot_id
for name in null zero full random urandom; do touch "dev/$name"; mount --bind "/dev/$name" "dev/$name"; done
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
mkdir -m 1777 dev/shm
chmod 1777 tmp
touch run/rehearsed-clock
mount --bind "$lent/clock" run/rehearsed-clock
while [ $# -gt 0 ]; do
  if [ -d "$1" ]; then mkdir -p "./$2"; else mkdir -p "$(dirname "./$2")"; touch "./$2"; fi
  mount --rbind "$1" "./$2"
  shift 2
done
for program in "$lent"/programs/*; do
  if [ -f "$program" ]; then cp "$program" usr/bin/; cp "$program" usr/sbin/; fi
done
for name in bin sbin; do chroot . /machine/bin/cp -rsn "/machine/$name/." "/usr/$name/"; done
hostname "$(cat etc/hostname)"
exec chroot . /machine/bin/sh -c 'cd /; tail -f /dev/null & echo "${IS_UP}"; while :; do wait; done'
`;
