"""make bench: Parley beside nginx and a minimal Vert.x forwarder, on this machine, in one run.

Rounds in an order drawn anew each time, since what ran just before is felt; the target on core 0, load generator and backend on core 1. The JVMs are warm when their JIT compilers take less
than 1 % of their CPU, three times in a row. Figures are medians of rounds; only the ratios mean anything on a shared machine (shared/design/performance.md).
The same JVM started twice differs by a tenth, by what its compilers made of it: --starts says how often all are started anew.
"""
import argparse
import json
import os
import pathlib
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
GATEWAY = HERE.parent
TICK = os.sysconf("SC_CLK_TCK")
KEY = "bench-key-0123456789"
PORTS = {"backend": 19100, "streaming": 19101, "nginx": 19110, "forwarder": 19111, "parley": 19112, "admin": 19113}
JVM = ["--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-XX:+UseParallelGC", "-Xmx192m", "-Xms64m", "-Xmn64m"]


def java():
    home = os.environ.get("JAVA_HOME") or ""
    return os.path.join(home, "bin", "java") if home else "java"


def classpath():
    return str(GATEWAY / "target" / "lib" / "*")


class Fleet:
    """Starts processes pinned to a core, and ends exactly those."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.running = []

    def start(self, name, core, command, env=None):
        log = open(self.folder / f"{name}.log", "w")
        process = subprocess.Popen(["taskset", "-c", str(core), *command], stdout=log, stderr=log, env={**os.environ, **(env or {})})
        self.running.append(process)
        return process

    def stop(self):
        for process in self.running:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def nginx(fleet, name, core, servers):
    conf = fleet.folder / f"{name}.conf"
    conf.write_text(f"""
daemon off; master_process off; worker_processes 1; pid {fleet.folder}/{name}.pid; error_log {fleet.folder}/{name}.err crit;
events {{ worker_connections 4096; }}
http {{ access_log off; keepalive_requests 100000000; client_max_body_size 40m; client_body_buffer_size 1m; {servers} }}
""")
    return fleet.start(name, core, [shutil.which("nginx") or "/usr/sbin/nginx", "-c", str(conf), "-p", str(fleet.folder)])


def answer():
    body = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "bench", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "word " * 60, "refusal": None}, "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 200, "completion_tokens": 60, "total_tokens": 260}}
    return json.dumps(body, separators=(",", ":"))


def start_all(fleet, transport="auto"):
    nginx(fleet, "backend", 1, f"""server {{ listen 127.0.0.1:{PORTS['backend']};
        location / {{ default_type application/json; return 200 '{answer()}'; }} }}""")
    fleet.start("streaming", 1, [java(), *JVM, "-cp", classpath(), str(HERE / "Upstream.java"), str(PORTS["streaming"])])
    proxied = "proxy_http_version 1.1; proxy_set_header Connection ''; proxy_buffering {}; proxy_request_buffering on;"
    targets = {"nginx": nginx(fleet, "nginx", 0, f"""
        upstream plain {{ server 127.0.0.1:{PORTS['backend']}; keepalive 512; keepalive_requests 100000000; }}
        upstream events {{ server 127.0.0.1:{PORTS['streaming']}; keepalive 512; keepalive_requests 100000000; }}
        server {{ listen 127.0.0.1:{PORTS['nginx']};
          location / {{ {proxied.format('on')} proxy_pass http://plain; }}
          location /stream/ {{ {proxied.format('off')} proxy_pass http://events; }} }}""")}
    targets["forwarder"] = fleet.start("forwarder", 0, [
        java(), *JVM, "-cp", classpath(), str(HERE / "Forwarder.java"), str(PORTS["forwarder"]), str(PORTS["backend"]), str(PORTS["streaming"])])
    config = fleet.folder / "parley.yaml"
    config.write_text(f"""
server: {{host: 127.0.0.1, port: {PORTS['parley']}, event_loops: 1, transport: {transport}, admin: {{host: 127.0.0.1, port: {PORTS['admin']}}}}}
record: {{path: {fleet.folder}/parley.db}}
keys:
  - {{id: bench, secret: "${{BENCH_KEY}}"}}
backends:
  - id: plain
    kind: openai
    url: http://127.0.0.1:{PORTS['backend']}/v1
    max_connections: 512
    models: [{{id: bench, price: {{input: 1, output: 2}}, context: 100000}}]
  - id: streaming
    kind: openai
    url: http://127.0.0.1:{PORTS['streaming']}/v1
    max_connections: 512
    models: [{{id: bench-stream, price: {{input: 1, output: 2}}, context: 100000}}]
""")
    targets["parley"] = fleet.start(
        "parley", 0, [str(GATEWAY / "bin" / "parley"), "serve", "--config", str(config)], {"BENCH_KEY": KEY})
    return targets


def await_answers():
    for name in ("nginx", "forwarder", "parley"):
        for attempt in range(600):
            try:
                request = urllib.request.Request(url(name), body(200, "bench", False).encode(), headers())
                with urllib.request.urlopen(request, timeout=2) as response:
                    json.load(response)
                break
            except Exception as error:  # not up yet
                if attempt == 599:
                    raise SystemExit(f"{name} does not answer: {error}; see the logs in {os.environ.get('TMPDIR', '/tmp')}")
                time.sleep(0.1)


def url(name, stream=False):
    path = "/stream/v1/chat/completions" if stream and name == "nginx" else "/v1/chat/completions"
    return f"http://127.0.0.1:{PORTS[name]}{path}"


def headers():
    return {"content-type": "application/json", "authorization": f"Bearer {KEY}"}


def body(size, model, stream):
    text = "lorem ipsum " * (max(0, size - 120) // 12 + 1)
    said = {"model": model, "messages": [{"role": "user", "content": text}], "temperature": 0.5}
    if stream:
        said["stream"] = True
    return json.dumps(said, separators=(",", ":"))


def script(folder, name, size, model, stream):
    path = pathlib.Path(folder) / f"{name}.lua"
    extra = "wrk.headers['x-stream'] = '1'\n" if stream else ""
    path.write_text("wrk.method = 'POST'\n" + "".join(f"wrk.headers['{k}'] = '{v}'\n" for k, v in headers().items()) + extra
                    + f"wrk.body = '{body(size, model, stream)}'\n")
    return path


def load(name, lua, seconds, connections=16, stream=False):
    """Requests done and failed in a closed loop."""
    out = subprocess.run(["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "-s", str(lua), url(name, stream)],
                         capture_output=True, text=True, check=True).stdout
    done = int(re.search(r"(\d+) requests in", out).group(1))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    errors = re.search(r"Socket errors: (.*)", out)
    if bad or (errors and not re.fullmatch(r"connect 0, read 0, write 0, timeout 0", errors.group(1))):
        raise SystemExit(f"{name}: {bad.group(0) if bad else errors.group(0)}")
    return done, rate


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def jit_seconds(pid):
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            if "CompilerThre" in (task / "comm").read_text():
                total += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:
            pass
    return total / 1e9


def measure(name, process, lua, seconds, stream=False):
    cpu, jit = cpu_seconds(process.pid), jit_seconds(process.pid)
    done, rate = load(name, lua, seconds, stream=stream)
    cpu, jit = cpu_seconds(process.pid) - cpu, jit_seconds(process.pid) - jit
    return {"rate": rate, "cpu_us": cpu / done * 1e6, "jit": jit / cpu if cpu else 0}


def warm(targets, lua, seconds, stream=False):
    for name, process in targets.items():
        calm = 0
        for _ in range(30):
            row = measure(name, process, lua[name], seconds, stream)
            # Three times in a row: compilers rest between their waves.
            calm = calm + 1 if row["jit"] < 0.01 else 0
            if name == "nginx" or calm == 3:
                break
        print(f"  warm {name}: JIT {row['jit']:.0%}", flush=True)


def compare(title, targets, lua, rounds, seconds, stream=False):
    rows = {name: [] for name in targets}
    for turn in range(rounds):
        for name, process in random.Random(turn).sample(sorted(targets.items()), len(targets)):
            rows[name].append(measure(name, process, lua[name], seconds, stream))
    median = {name: {k: statistics.median(r[k] for r in all_rows) for k in ("rate", "cpu_us", "jit")} for name, all_rows in rows.items()}
    print(f"\n{title}: medians of {rounds} interleaved rounds of {seconds} s")
    print(f"  {'':10} {'CPU us/req':>10} {'req/s':>8} {'JIT':>5}  CPU vs nginx  vs forwarder  req/s vs nginx")
    for name, m in median.items():
        print(f"  {name:10} {m['cpu_us']:10.1f} {m['rate']:8.0f} {m['jit']:5.0%}  {m['cpu_us'] / median['nginx']['cpu_us']:11.2f}x"
              f"  {m['cpu_us'] / median['forwarder']['cpu_us']:11.2f}x  {m['rate'] / median['nginx']['rate']:13.2f}x", flush=True)
    return median


def syscalls(process, lua, name, seconds, only=None, stream=False):
    """System calls of the target per request, by strace: deterministic, so noise cannot touch it."""
    out = tempfile.NamedTemporaryFile("r", suffix=".strace")
    tracer = subprocess.Popen(["strace", "-f", "-c", "-U", "calls,name", *(["-e", "trace=" + only] if only else []), "-o", out.name, "-p", str(process.pid)],
                              stderr=subprocess.DEVNULL)
    time.sleep(1)
    done, _ = load(name, lua, seconds, stream=stream)
    tracer.send_signal(signal.SIGINT)
    tracer.wait(20)
    counts = {}
    for line in pathlib.Path(out.name).read_text().splitlines():
        match = re.match(r"\s*(\d+)\s+(\w+)$", line)
        if match and match.group(2) != "total":
            counts[match.group(2)] = int(match.group(1))
    top = ", ".join(f"{k} {v / done:.2f}" for k, v in sorted(counts.items(), key=lambda kv: -kv[1])[:6])
    return sum(counts.values()) / done, top


def start_up(folder, rounds):
    """Seconds from exec to the first answer of the embedded models, and resident memory then."""
    seconds, rss = [], []
    for i in range(rounds):
        env = {**os.environ, "PARLEY_PORT": "19120", "PARLEY_ADMIN_PORT": "19121", "PARLEY_DB": f"{folder}/start{i}.db"}
        begun = time.monotonic()
        process = subprocess.Popen([str(GATEWAY / "bin" / "parley"), "serve"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        question = json.dumps({"model": "auto", "messages": [{"role": "user", "content": "What is 346 + 87?"}]}).encode()
        while True:
            try:
                request = urllib.request.Request("http://127.0.0.1:19120/v1/chat/completions", question, {"content-type": "application/json"})
                with urllib.request.urlopen(request, timeout=30) as response:
                    json.load(response)
                break
            except OSError:
                if time.monotonic() - begun > 60:
                    raise SystemExit("the gateway did not start within a minute")
                time.sleep(0.01)
        seconds.append(time.monotonic() - begun)
        status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
        rss.append(int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024)
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    aot = "with" if (GATEWAY / "target" / "parley.aot").exists() else "without"
    print(f"\nStart to first answer ({aot} AOT cache, embedded models, median of {rounds}): {statistics.median(seconds):.2f} s,"
          f" RSS {statistics.median(rss):.0f} MB", flush=True)


def relayed(folder, targets, options):
    """Medians by size in KB."""
    medians = {}
    for size in (1, 16):
        lua = dict.fromkeys(targets, script(folder, f"plain{size}", size * 1024, "bench", False))
        warm(targets, lua, options.seconds)
        medians[size] = compare(f"Pass-through, {size} KB prompt", targets, lua, options.rounds, options.seconds)
    calls, top = syscalls(targets["parley"], lua["parley"], "parley", 3)
    print(f"\nSystem calls per relayed request: parley {calls:.2f} ({top})")
    return medians


def streamed(folder, targets, options):
    stream = dict.fromkeys(targets, script(folder, "stream", 1024, "bench-stream", True))
    warm(targets, stream, options.seconds, stream=True)
    compare("Burst of 64 server-sent events", targets, stream, options.rounds, options.seconds, stream=True)
    for name, process in targets.items():
        writes, top = syscalls(process, stream[name], name, 3, "write,writev,sendto,sendmsg,sendmmsg", stream=True)
        print(f"Writes per event: {name} {writes / 64:.3f} ({top} per stream)", flush=True)


def summary(medians):
    """Parley's CPU beside the others', of each start and in the middle."""
    for size in medians[0] if len(medians) > 1 else ():
        for other in ("nginx", "forwarder"):
            ratios = [m[size]["parley"]["cpu_us"] / m[size][other]["cpu_us"] for m in medians]
            print(f"{size:2} KB, CPU to {other}: median {statistics.median(ratios):.2f}x of {', '.join(f'{r:.2f}' for r in ratios)}")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=4)
    arguments.add_argument("--starts", type=int, default=1, help="how often all are started anew, for the relayed requests")
    arguments.add_argument("--transport", default="auto", help="Parley's: auto (epoll), io_uring or nio; the others stay on epoll")
    options = arguments.parse_args()
    for tool in ("wrk", "strace", "taskset"):
        if not shutil.which(tool):
            raise SystemExit(f"make bench needs {tool}: apt-get install -y nginx-light wrk strace util-linux")
    medians = []
    with tempfile.TemporaryDirectory() as folder:
        start_up(folder, 3)
        for start in range(options.starts):
            fleet = Fleet(tempfile.mkdtemp(dir=folder))
            try:
                targets = start_all(fleet, options.transport)
                await_answers()
                medians.append(relayed(folder, targets, options))
                if start == options.starts - 1:
                    streamed(folder, targets, options)
            finally:
                fleet.stop()
    summary(medians)
    return 0


if __name__ == "__main__":
    sys.exit(main())
