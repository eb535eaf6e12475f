#!/bin/sh
# The servers that tests/databases starts for itself (Debian, Ubuntu; as root). None is started here;
# as the packages have it, the machine's own start with its next boot.
set -eu
policy=/usr/sbin/policy-rc.d
apt-get update -qq
# Without this the packages would start servers of the machine at once. A container has one already.
if ! test -e "$policy"; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' > "$policy"
    chmod +x "$policy"
fi
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql mariadb-server
