# shellcheck shell=bash
# What deploy/* and tests/run share: Debian packages, a private PostgreSQL, a private RabbitMQ, the build. Sourced by bash, never run.
#
# A server lives in one folder (data, log, ports, password) and listens on 127.0.0.1 only. Its ports and its password are made
# at the first start and kept there, so that stopping and starting again changes nothing for its clients.

# Tools may print sorted lists or translated words otherwise, and Erlang warns about any locale that is not UTF-8.
export LC_ALL=C.UTF-8

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root

readonly pg_bin=/usr/lib/postgresql/15/bin
# Not /usr/sbin/rabbitmq-server: Debian's wrapper insists on root or the user rabbitmq.
readonly rabbit_bin=/usr/lib/rabbitmq/bin

say() { printf '%s\n' "$*" >&2; }
die() {
  say "$(basename "$0"): $*"
  exit 1
}

# wait_for SECONDS COMMAND...: until the command succeeds; fails when the time is up.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# ---- Debian packages -------------------------------------------------------------------------------------------------------

have_package() {
  case $1 in
    postgresql-15) [[ -x $pg_bin/initdb ]] ;;
    rabbitmq-server) [[ -x $rabbit_bin/rabbitmq-server ]] ;;
    nodejs) [[ -x $(command -v node) ]] ;;
    fonts-dejavu-core) [[ -d /usr/share/fonts/truetype/dejavu ]] ;;
    *) [[ -x $(command -v "$1") ]] ;;
  esac
}

# need PACKAGE...: installs what is missing when it may (root, or sudo without a password); fails with a message when it may not.
need() {
  local package missing=() sudo=()
  for package; do have_package "$package" || missing+=("$package"); done
  ((${#missing[@]})) || return 0

  ((EUID == 0)) || sudo=(sudo -n)
  if ((EUID != 0)) && ! sudo -n true 2>/dev/null; then
    say "Missing: ${missing[*]}. This user may not install them; an administrator can: apt-get install ${missing[*]}"
    return 1
  fi

  say "Installing from Debian: ${missing[*]}"
  # A policy-rc.d that says 101 keeps Debian from starting the servers that it installs; and they stay off after a reboot.
  # shellcheck disable=SC2016 # expands in the inner shell
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive bash -euc '
    policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
      trap "rm -f $policy" EXIT
      printf "#!/bin/sh\nexit 101\n" >$policy
      chmod 755 $policy
    fi
    apt-get -qq -o DPkg::Lock::Timeout=300 update
    apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 install --yes --no-install-recommends "$@"
    if [[ -d /run/systemd/system ]]; then
      for package; do
        case $package in
          postgresql-15) systemctl --quiet disable postgresql ;;
          rabbitmq-server) systemctl --quiet disable rabbitmq-server ;;
        esac
      done
    fi
  ' install "${missing[@]}" </dev/null >&2 || { say "Could not install: ${missing[*]}"; return 1; }
}

# ---- Ports and passwords ---------------------------------------------------------------------------------------------------

listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A loopback port that nobody listens on, below the range that the kernel gives to outgoing connections.
free_port() {
  local port
  while port=$((15000 + RANDOM % 15000)); listens "$port"; do :; done
  echo "$port"
}

# A password for a new server; only ever seen on loopback.
new_password() { od -An -N18 -tx1 /dev/urandom | tr -d ' \n'; }

# ---- Processes in the background -------------------------------------------------------------------------------------------

# A process number with the time of its start, so that a number used again is never mistaken; fails for one that has ended.
process_mark() {
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  read -ra stat <<<"${stat##*) }"
  [[ ${stat[0]} != Z ]] && echo "$1 ${stat[19]}"
}

# "${detach[@]}" DIR COMMAND...: in a session of its own, so that Ctrl-C stays here; leaves DIR/pid and DIR/log.
# shellcheck disable=SC2016 # expands in the inner shell
readonly detach=(bash -euc '
  setsid "${@:2}" >>"$1/log" 2>&1 </dev/null &
  read -ra stat <"/proc/$!/stat"
  echo "$! ${stat[21]}" >"$1/pid"' detach)

daemon_runs() {
  local mark
  mark=$(cat "$1/pid" 2>/dev/null) && [[ $mark && $mark == "$(process_mark "${mark% *}")" ]]
}

# daemon_until DIR SECONDS COMMAND...: waits until the command succeeds. Fails, with the end of the log, if the daemon ends before.
daemon_until() {
  local dir=$1 end=$((SECONDS + $2))
  shift 2
  while daemon_runs "$dir" && ((SECONDS < end)); do
    ! "$@" || return 0
    sleep 0.1
  done
  tail -n 20 "$dir/log" >&2
  return 1
}

# stop_daemon DIR [SECONDS]: a polite end, then a certain one.
stop_daemon() {
  local pid
  if daemon_runs "$1"; then
    read -r pid _ <"$1/pid"
    kill -TERM "$pid"
    wait_for "${2:-30}" daemon_ended "$1" || kill -KILL -- "-$pid"
  fi
  rm -f "$1/pid"
}

daemon_ended() { ! daemon_runs "$1"; }

# ---- PostgreSQL ------------------------------------------------------------------------------------------------------------

# PostgreSQL refuses root, which therefore becomes the user postgres; the one capability that is kept lets that user reach a folder
# inside a home folder that is closed to others.
as_postgres() {
  if ((EUID == 0)); then
    setpriv --reuid=postgres --regid=postgres --init-groups --inh-caps=+dac_override --ambient-caps=+dac_override "$@"
  else
    "$@"
  fi
}

# start_postgres DIR [PORT]: then postgres_settings has the Npgsql connection string without a database.
start_postgres() {
  local dir=$1
  if [[ ! -f $dir/data/PG_VERSION ]]; then
    mkdir -p "$dir"
    rm -rf "$dir/data"
    new_password >"$dir/password"
    echo "${2:-$(free_port)}" >"$dir/port"
    chmod 700 "$dir"
    ((EUID != 0)) || chown -R postgres: "$dir"
    as_postgres "$pg_bin/initdb" --pgdata="$dir/data" --username=canthogov --pwfile="$dir/password" --auth=scram-sha-256 \
      --encoding=UTF8 --locale=C.UTF-8 --no-instructions >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; return 1; }
    # No Unix socket: its path has a limit of 107 bytes, which a deep folder exceeds.
    as_postgres tee -a "$dir/data/postgresql.conf" >/dev/null <<EOT

listen_addresses = '127.0.0.1'
unix_socket_directories = ''
port = $(<"$dir/port")
max_connections = 300
shared_buffers = 128MB
timezone = 'UTC'
log_timezone = 'UTC'
EOT
  fi
  if ! postgres_runs "$dir"; then
    as_postgres "$pg_bin/pg_ctl" start --pgdata="$dir/data" --log="$dir/log" --silent --timeout=60 ||
      { tail -n 20 "$dir/log" >&2; return 1; }
  fi
}

postgres_runs() { as_postgres "$pg_bin/pg_ctl" status --pgdata="$1/data" --silent >/dev/null 2>&1; }

stop_postgres() {
  ! postgres_runs "$1" || as_postgres "$pg_bin/pg_ctl" stop --pgdata="$1/data" --mode=fast --silent --timeout=60
}

# postgres_settings DIR DATABASE: a connection string as Npgsql reads it.
postgres_settings() { echo "Host=127.0.0.1;Port=$(<"$1/port");Username=canthogov;Password=$(<"$1/password");Database=$2"; }

# postgres_psql DIR [ARGUMENT...]
postgres_psql() {
  local dir=$1
  shift
  PGPASSWORD=$(<"$dir/password") "$pg_bin/psql" --no-psqlrc --quiet --host=127.0.0.1 --port="$(<"$dir/port")" \
    --username=canthogov --set=ON_ERROR_STOP=1 "$@"
}

# ---- RabbitMQ --------------------------------------------------------------------------------------------------------------

# start_rabbitmq DIR [PORT [MANAGEMENT-PORT]]: the management page only with a port for it, as it makes stopping slow.
start_rabbitmq() {
  local dir=$1
  if [[ ! -f $dir/rabbitmq.conf ]]; then
    mkdir -p "$dir"
    chmod 700 "$dir"
    new_password >"$dir/password"
    (umask 377 && new_password >"$dir/.erlang.cookie")
    printf '%s\n' "${2:-$(free_port)}" "$(free_port)" "$(free_port)" >"$dir/ports"
    echo "[${3:+rabbitmq_management}]." >"$dir/enabled_plugins"
    # 3.10 keeps a write-ahead log of 512 MiB for quorum queues unless told otherwise.
    cat >"$dir/rabbitmq.conf" <<EOT
listeners.tcp.1 = 127.0.0.1:$(rabbitmq_port "$dir")
default_user = canthogov
default_pass = $(<"$dir/password")
default_user_tags.administrator = true
raft.wal_max_size_bytes = 67108864
log.file = false
log.console = true
EOT
    [[ -z ${3:-} ]] || printf 'management.tcp.%s\n' 'ip = 127.0.0.1' "port = $3" >>"$dir/rabbitmq.conf"
  fi
  daemon_runs "$dir" || rabbitmq_do "$dir" "${detach[@]}" "$dir" "$rabbit_bin/rabbitmq-server"
  # The listeners open last, when users, permissions and queues are there.
  daemon_until "$dir" 90 listens "$(rabbitmq_port "$dir")"
}

stop_rabbitmq() {
  stop_daemon "$1" 60
  # The port mapper that Erlang started beside it is its own.
  ! listens "$(sed -n 3p "$1/ports")" || rabbitmq_do "$1" epmd -kill >/dev/null
}

# rabbitmq_do DIR COMMAND...: with the environment that makes server and command line meet (same cookie, node and epmd).
rabbitmq_do() {
  local dir dist epmd
  dir=$(realpath "$1")
  shift
  { read -r && read -r dist && read -r epmd; } <"$dir/ports"
  env HOME="$dir" RABBITMQ_NODENAME=canthogov@localhost RABBITMQ_DIST_PORT="$dist" \
    ERL_EPMD_ADDRESS=127.0.0.1 ERL_EPMD_PORT="$epmd" \
    RABBITMQ_CONF_ENV_FILE="$dir/none" RABBITMQ_CONFIG_FILE="$dir/rabbitmq.conf" RABBITMQ_ENABLED_PLUGINS_FILE="$dir/enabled_plugins" \
    RABBITMQ_MNESIA_BASE="$dir/data" RABBITMQ_LOG_BASE="$dir/logs" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none' \
    RABBITMQ_CTL_ERL_ARGS='-kernel inet_dist_use_interface {127,0,0,1}' "$@"
}

# rabbitmq_uri DIR: an AMQP address with user and password.
rabbitmq_uri() { echo "amqp://canthogov:$(<"$1/password")@127.0.0.1:$(rabbitmq_port "$1")"; }

# rabbitmq_ctl DIR ARGUMENT...
rabbitmq_ctl() { rabbitmq_do "$1" "$rabbit_bin/rabbitmqctl" "${@:2}"; }

rabbitmq_port() { head -n 1 "$1/ports"; }


# ---- The build -------------------------------------------------------------------------------------------------------------

# build_suite: all services, unless nothing changed since they were built. Says what it does on the error output only.
build_suite() {
  local built=$root/services/Suite/bin/built sources
  [[ -x $(command -v dotnet) ]] || die 'the .NET 10 SDK is missing: there is no dotnet on the path.'
  sources=$(find "$root"/{services,protos,Directory.*.props,global.json} -type d \( -name bin -o -name obj \) -prune -o \
    -type f -printf '%p %s %T@\n' | sort | cksum)
  [[ $sources != "$(cat "$built" 2>/dev/null)" ]] || return 0
  say 'Building CanThoGov: some minutes the first time, some seconds later.'
  dotnet build "$root/services/Suite/CanThoGov.Suite.csproj" --configuration Release --nologo --verbosity minimal </dev/null >&2 ||
    die 'the build failed.'
  echo "$sources" >"$built"
}

# program NAME: the built program of a service.
program() { echo "$root/services/$1/bin/Release/net10.0/CanThoGov.$1.dll"; }

# exec_suite COMMAND ARGUMENT...: takes the place of this shell, so that Ctrl-C and kill reach the program itself.
exec_suite() {
  local command=$1 folder=()
  shift
  [[ " $*" == *' --data'* ]] || folder=(--data "$root/data")
  build_suite
  exec dotnet "$(program Suite)" "$command" "${folder[@]}" "$@"
}

# The processes of deploy/up: the folder's name and, with a capital, the program's.
# shellcheck disable=SC2034 # used by those who source this
readonly services=(city ward monitoring portal)

# services_run DIR: true if any of them does.
services_run() {
  local service
  for service in "${services[@]}"; do daemon_runs "$1/$service" && return 0; done
  return 1
}
