"""Network homes are recognised by what the kernel says of its mounts."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from tui_lab.store.mounts import filesystem_type, is_network, network_filesystem

MOUNTINFO = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /home rw,relatime shared:9 - nfs4 server:/home rw,vers=4.2
31 30 0:41 / /home/anna/local rw - xfs /dev/sdb1 rw
32 22 0:42 / /mnt/two\\040words rw - fuse.sshfs anna@host: rw
33 22 0:43 / /srv rw - ext4 /dev/sdc1 rw
34 22 0:44 / /srv rw - cifs //server/share rw
a line that says nothing
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib", "ext4"),
        ("/home/anna/.local/share", "nfs4"),
        ("/home/anna/local/share", "xfs"),
        ("/home/anna/localised", "nfs4"),
        ("/mnt/two words/deep", "fuse.sshfs"),
        ("/srv/data", "cifs"),
    ],
)
def test_the_innermost_and_latest_mount_counts(folder: str, kind: str) -> None:
    assert filesystem_type(PurePosixPath(folder), MOUNTINFO) == kind


def test_network_file_systems_are_known_by_their_types() -> None:
    network = "nfs nfs4 cifs smb3 fuse.sshfs fuse afs lustre gpfs 9p ceph".split()
    local = "ext4 xfs btrfs zfs tmpfs overlay apfs fuseblk ramfs vfat f2fs".split()
    assert [kind for kind in network + local if is_network(kind)] == network


def test_a_folder_that_is_not_there_yet_is_judged_by_where_it_will_be(tmp_path: Path) -> None:
    assert network_filesystem(tmp_path / "a" / "b") == network_filesystem(tmp_path)
