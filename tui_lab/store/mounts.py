"""Whether a folder lies on a network file system, where SQLite's shared memory does not work."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

# Every user-space file system counts (sshfs, rclone, …): few of them can share memory.
_NETWORK = re.compile(
    r"nfs4?|cifs|smb\w*|ncpfs|(auristor)?afs|coda|9p|ceph|lustre|gpfs|beegfs|panfs|pvfs2|orangefs"
    r"|ocfs2|gfs2|glusterfs|vboxsf|prl_fs|fuse(\..+)?"
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def network_filesystem(folder: Path) -> str | None:
    """The name of the network file system that holds this folder; None on a local disk."""
    try:
        mountinfo = Path("/proc/self/mountinfo").read_text(errors="surrogateescape")
    except OSError:
        return None
    kind = filesystem_type(PurePosixPath(folder.resolve()), mountinfo)
    return kind if kind is not None and is_network(kind) else None


def filesystem_type(folder: PurePosixPath, mountinfo: str) -> str | None:
    """The type of the innermost mount that holds the folder; of two at one place the later one.

    The form of `mountinfo` is that of proc(5): the mount point is the fifth field, the type the
    first after a lone hyphen; spaces and the like are written in octal.
    """
    deepest, kind = -1, None
    for line in mountinfo.splitlines():
        place, _, rest = line.partition(" - ")
        fields = place.split(" ")
        if len(fields) < 5 or not rest:
            continue
        mount = PurePosixPath(_OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4]))
        depth = len(mount.parts)
        if folder.is_relative_to(mount) and depth >= deepest:
            deepest, kind = depth, rest.split(" ")[0]
    return kind


def is_network(kind: str) -> bool:
    return _NETWORK.fullmatch(kind) is not None
