#!/bin/sh
# The servers that tests/databases starts for itself (Debian, Ubuntu). Nothing is left running.
set -eu
apt-get update -qq
# Without this the packages would start servers of the machine at once.
printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d
chmod +x /usr/sbin/policy-rc.d
trap 'rm -f /usr/sbin/policy-rc.d' EXIT
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql mariadb-server
