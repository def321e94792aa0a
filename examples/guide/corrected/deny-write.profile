# Corrected: "file, deny /** w" allows every execution and every lock, and nothing below /proc and /sys is guarded for reading;
# here the profile allows what the container needs, denies the rest, pins the rules' version, and keeps /dev/null writable,
# without which few programs run. Load it on every node, again after each new node image.
abi <abi/3.0>,

include <tunables/global>

profile k8s-apparmor-example-deny-write flags=(attach_disconnected,mediate_deleted) {
  include <abstractions/base>

  # Read, map and run what the image brings; append to nothing, write nowhere.
  / r,
  /** mrix,
  /dev/{null,zero,full,random,urandom,tty} rw,
  /dev/pts/* rw,

  # Explicit denials win over any rule that an include may add.
  deny /{bin,boot,etc,home,lib,lib64,opt,root,run,sbin,srv,tmp,usr,var}/** wl,
  deny /sys/** wl,
  deny @{PROC}/{[0-9]*/mem,kcore,kmem,mem,sysrq-trigger} rwl,
  deny @{PROC}/sys/** wl,
  deny /sys/kernel/security/** r,

  # A container never mounts, traces or changes its root.
  deny mount,
  deny remount,
  deny umount,
  deny pivot_root,
  deny ptrace (trace, tracedby),

  # The runtime must be able to stop it.
  signal (receive) peer=unconfined,
  signal (receive) peer={runc,crun},
  signal (send, receive) peer=k8s-apparmor-example-deny-write,
}
