# `make` alone lists the targets. A fresh Debian 12 machine with Go and Node
# needs nothing else: demo and test do their own set-up.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# Two cores and one database do not gain from running targets side by side.
.NOTPARALLEL:
MAKEFLAGS += --no-builtin-rules

GOTEST    ?= go test
# The longest package has a quarter of this; a hang should not cost an hour.
TIMEOUT   ?= 10m
FUZZTIME  ?= 20s
BENCHTIME ?= 1s
STREAM    ?= 10000000
BENCH     ?= .
PKG       ?= ./...

LINTER := .cache/bin/golangci-lint
# One PostGIS for all packages of a run.
WITHPG := go run ./internal/pgserver/pgtest/withpg

WEB_SOURCES := $(shell find web -path web/node_modules -prune -o -path web/dist -prune -o -path web/e2e -prune \
	-o -path web/src/kernel/built -prune -o -type f ! -name '*.go' -print 2>/dev/null)
# The overlay kernel for the page, and what starts it, of the same Go toolchain.
KERNEL := web/src/kernel/built/kernel.wasm
KERNEL_SOURCES := $(shell find cmd/kernelwasm geo -name '*.go' ! -name '*_test.go')

.PHONY: help
help: ## list the targets
	@sed -nE 's/^([a-z][a-z-]*):.*## (.*)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

##@ every day

.PHONY: setup
setup: ## install the Debian packages that building, running and testing need
	@scripts/setup.sh run test

.PHONY: setup-run
setup-run:
	@scripts/setup.sh run

.PHONY: build
build: web ## build bin/jieshi with the page in it
	go build -ldflags "-X main.version=$$(git describe --tags --always --dirty 2>/dev/null || echo dev)" -o bin/jieshi ./cmd/jieshi

.PHONY: demo
demo: setup-run build ## play the sample dispute and serve its map
	bin/jieshi demo

.PHONY: test
test: setup build test-go test-web test-browser ## run every test that CI runs

.PHONY: test-go
test-go: ## run the Go tests beside one PostGIS (PKG=./geo/...)
	$(WITHPG) $(GOTEST) -timeout $(TIMEOUT) $(PKG)

.PHONY: test-web
test-web: web/node_modules/.installed ## run the unit tests of the page
	npm --prefix web test

.PHONY: test-browser
test-browser: build ## drive the page in Chromium
	@scripts/browser.sh

.PHONY: test-race
test-race: setup ## run the Go tests with the race detector
	$(WITHPG) $(GOTEST) -race -timeout 30m $(PKG)

.PHONY: soak
soak: ## cut an upload 50 times at random bytes, kill servers and workers under one of 5 GB (needs 20 GB of disk)
	JIESHI_CUTS=50 $(WITHPG) go test ./api -v -timeout 30m -run CutAtRandomBytes
	JIESHI_UPLOAD_BYTES=5368709121 JIESHI_UPLOAD_KILLS=12 $(WITHPG) go test ./cmd/jieshi -v -timeout 60m -run OutlivesServers

.PHONY: fuzz
fuzz: ## run each fuzz test for FUZZTIME (20s)
	$(WITHPG) scripts/fuzz.sh $(FUZZTIME) $(PKG)

.PHONY: bench
bench: ## run the benchmarks (BENCH=regexp, BENCHTIME=1x, PKG=./geo/...)
	$(WITHPG) $(GOTEST) -run '^$$' -bench '$(BENCH)' -benchtime $(BENCHTIME) -timeout 60m $(PKG)

.PHONY: bench-overlap
bench-overlap: ## compare the overlay with PostGIS, GEOS and geopandas, write docs/performance.md (20 minutes; BENCHOVERLAP=-quick)
	go run ./internal/benchoverlap $(BENCHOVERLAP)

.PHONY: bench-stream
bench-stream: ## lay STREAM (10000000) generated polygons over each other block by block; memory is that of a block
	go run ./internal/benchoverlap -stream $(STREAM)

.PHONY: bench-audit
bench-audit: build ## import, audit and export a generated register of 200,000 parcels (BENCHAUDIT='-parcels 1000000')
	go run ./internal/benchaudit $(BENCHAUDIT)

.PHONY: bench-case
bench-case: ## what a saved claim costs among 10^6 parcels and 10^5 claims (BENCHCASE=-quick; '-data DIR' keeps the cluster)
	go run ./internal/benchcase $(BENCHCASE)

.PHONY: bench-drag
bench-drag: build ## measure frames a second while a proposal line is dragged across 10 claims of 500 vertices
	@E2E=web/e2e/drag.mjs scripts/browser.sh

.PHONY: bench-ortho
bench-ortho: ## compare the conversion of orthophotos with gdal_translate (BENCHORTHO="-mpx 2000")
	go run ./internal/benchortho $(BENCHORTHO)

##@ before a commit

# Findings are kept with the checkout: those of a folder that is gone by now would be told again.
.PHONY: lint
lint: $(LINTER) ## check style, and which package may import which
	GOLANGCI_LINT_CACHE=$(CURDIR)/.cache/golangci-lint-findings $(LINTER) run ./...

.PHONY: fmt
fmt: $(LINTER) ## format the Go sources
	$(LINTER) fmt ./...

.PHONY: generate
generate: web/node_modules/.installed ## write the code that follows from api/openapi.yaml
	go tool oapi-codegen -config api/oapi-codegen.yaml api/openapi.yaml
	npm --prefix web run generate

.PHONY: schema
schema: build ## write docs/schema.sql from the migrations
	env -u JIESHI_TEST_DATABASE $(WITHPG) scripts/schema.sh docs/schema.sql

.PHONY: golden
golden: ## rewrite the golden files from what the code says now
	scripts/golden.sh

.PHONY: verify
verify: generate web schema ## fail if anything generated differs from what is committed
	git diff --exit-code

.PHONY: web
web: web/dist/index.html ## build the page into web/dist

.PHONY: clean
clean: ## remove what was built and downloaded here
	rm -rf bin .cache web/node_modules $(dir $(KERNEL))
	find web/dist -mindepth 1 ! -name .gitkeep -delete

# --- files -------------------------------------------------------------------

web/node_modules/.installed: web/package.json web/package-lock.json web/.npmrc
	npm --prefix web ci
	@touch $@

web/dist/index.html: web/node_modules/.installed $(KERNEL) $(WEB_SOURCES)
	npm --prefix web run build
	@touch $@

$(KERNEL): go.mod $(KERNEL_SOURCES)
	@mkdir -p $(@D)
	GOOS=js GOARCH=wasm go build -trimpath -ldflags='-s -w' -o $@ ./cmd/kernelwasm
	@install -m 644 "$$(go env GOROOT)/lib/wasm/wasm_exec.js" $(@D)/wasm_exec.js

# Building the linter takes minutes, hence once. Its modules are its own.
$(LINTER): tools/go.mod tools/go.sum
	@mkdir -p $(@D)
	cd tools && go build -o ../$@ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@touch $@
