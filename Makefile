# Needs Python 3.11+ with pip, make, git. Everything else is installed below this folder, from locks.
PYTHON ?= python3
VENV := .venv/bin
BROWSER := $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
RUNTIME := .venv/.runtime node_modules/.installed
TEST := .venv/.test node_modules/.installed $(if $(BROWSER),,.tools/chromium/run)
QUICK := -m "not chaos and not bench"

# Never fetch an interpreter: the one that runs this file is the one that is used.
export UV_PYTHON_DOWNLOADS := never

.PHONY: help run test install check format chaos bench lock locale wheel clean python
.DEFAULT_GOAL := help

help:
	@echo "make run      安装并启动（首次启动装入演示数据），按 Ctrl-C 停止"
	@echo "make test     安装测试所需并运行测试（不含 chaos 与 bench）"
	@echo "make install  只安装运行与测试环境"
	@echo "make check    代码格式、静态检查、类型、导入方向"
	@echo "make chaos    故障测试；make bench 性能测试"
	@echo "make lock     重新解析依赖版本；make wheel 打包；make clean 删除安装物（不删数据）"
	@echo "make locale   收集页面上的新文字，更新英文译文表 server/locale/en/duban.po"

run: $(RUNTIME)
	@exec $(VENV)/duban up

test: $(TEST)
	@$(VENV)/python -m pytest -n auto --maxprocesses=4 --dist loadfile $(QUICK) $(ARGS)

install: $(RUNTIME) $(TEST)

check: .venv/.test
	@$(VENV)/ruff format --check -q .
	@$(VENV)/ruff check -q .
	@$(VENV)/mypy
	@$(VENV)/lint-imports

format: .venv/.test
	@$(VENV)/ruff check -q --fix .
	@$(VENV)/ruff format -q .

chaos: $(TEST)
	@$(VENV)/python -m pytest -p no:randomly --timeout 1800 tests/chaos $(ARGS)

bench: $(TEST)
	@$(VENV)/python -m pytest -p no:randomly --timeout 1800 -s tests/bench $(ARGS)

lock: python
	@$(PYTHON) deploy/install.py lock

locale: $(RUNTIME)
	@$(VENV)/python -m server.locale.gather

wheel: .venv/.test node_modules/.installed
	@$(PYTHON) deploy/install.py wheel

clean:
	rm -rf .venv .tools node_modules dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "需要 Python 3.11 或更新的版本（现在的 $(PYTHON) 不是）。请安装后重试，或指定：make PYTHON=python3.12 …" >&2; \
	  exit 1; }

.venv/.runtime: pyproject.toml requirements.lock deploy/locks/uv.lock deploy/locks/build.lock | python
	@$(PYTHON) deploy/install.py runtime
	@touch $@

.venv/.test: .venv/.runtime requirements-dev.lock
	@$(PYTHON) deploy/install.py test
	@touch $@

node_modules/.installed: package.json package-lock.json .npmrc | python
	@$(PYTHON) deploy/install.py frontend
	@touch $@

.tools/chromium/run: package-lock.json deploy/unpack_chromium.mjs | python
	@$(PYTHON) deploy/install.py browser
