# Parley's front door. `make` finds a JDK 25 or newer by itself.
SHELL := /bin/bash
JDK := $(shell for d in "$$JAVA_HOME" /usr/lib/jvm/*25* /usr/lib/jvm/*26* /usr/lib/jvm/*27* "$$(dirname "$$(dirname "$$(readlink -f "$$(command -v java)")")")" /Library/Java/JavaVirtualMachines/*/Contents/Home; do \
  [ -x "$$d/bin/javac" ] && v=$$("$$d/bin/javac" -version 2>&1 | sed -E 's/javac ([0-9]+).*/\1/') && [ "$$v" -ge 25 ] 2>/dev/null && echo "$$d" && break; done)
export JAVA_HOME := $(JDK)
MVN := mvn -B -ntp -q
CONFIG ?=

.PHONY: help jdk build run test check fmt clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 16

jdk:
	@[ -n "$(JDK)" ] || { echo "Parley needs a JDK 25 or newer (e.g. Temurin 25). Install one, or set JAVA_HOME to it."; exit 1; }

build: jdk ## compile and package, without tests
	$(MVN) package -DskipTests

run: build ## build and start the gateway on the embedded defaults (CONFIG=file.yaml for your own)
	gateway/bin/parley serve $(if $(CONFIG),--config $(CONFIG))

test: jdk ## the fast tests (< 60 s)
	$(MVN) test

check: jdk ## everything: format, style, all tests
	$(MVN) verify

fmt: jdk ## format the code
	$(MVN) spotless:apply

clean: jdk
	$(MVN) clean
