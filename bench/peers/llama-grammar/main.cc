// llama.cpp's grammar sampler as a process that answers jobs: a line of JSON in, a line of JSON out (../worker.py does the same
// with the other peers, and bench/maskbench/protocol.ts says what the lines hold).
//
//   llama-grammar-peer vocabulary.gguf
//
// A mask is llama_sampler_apply over one candidate per token; making the candidates is not timed. White space is as llama.cpp's own
// converter of schemas has it, which is flexible and bounded.

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "json-schema-to-grammar.h"
#include "llama.h"

using Json = nlohmann::ordered_json;
using Tokens = std::vector<llama_token>;

namespace {

constexpr const char* kWarmUp = R"({"type":"object","properties":{"a":{"type":"string"},"b":{"enum":[1,true]}},"required":["a"]})";

int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// What reading the clock twice adds to every figure: the median, in nanoseconds.
int64_t clock_cost() {
  std::vector<int64_t> samples(1001);
  for (int64_t& sample : samples) {
    const int64_t begin = now();
    sample = now() - begin;
  }
  std::nth_element(samples.begin(), samples.begin() + 500, samples.end());
  return samples[500];
}

struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Engine {
 public:
  explicit Engine(const char* path) {
    llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    model_.reset(llama_model_load_from_file(path, params));
    if (!model_) throw std::runtime_error("the vocabulary cannot be read");
    vocab_ = llama_model_get_vocab(model_.get());
    for (llama_token id = 0; id < llama_vocab_n_tokens(vocab_); ++id) {
      if (llama_vocab_is_eog(vocab_, id)) end_ = id;
    }
  }

  void compile(const std::string& schema) {
    try {
      const std::string grammar = json_schema_to_grammar(common_json::parse(schema));
      grammar_.reset(llama_sampler_init_grammar(vocab_, grammar.c_str(), "root"));
    } catch (const std::exception& error) {
      throw Refused(error.what());
    }
    if (!grammar_) throw Refused("the grammar cannot be parsed");
  }

  void start() { text_.reset(llama_sampler_clone(grammar_.get())); }

  /// Nanoseconds.
  int64_t fill() {
    candidates_.resize(llama_vocab_n_tokens(vocab_));
    for (size_t i = 0; i < candidates_.size(); ++i) candidates_[i] = {static_cast<llama_token>(i), 0.0f, 0.0f};
    llama_token_data_array all{candidates_.data(), candidates_.size(), -1, false};
    const int64_t begin = now();
    llama_sampler_apply(text_.get(), &all);
    return now() - begin;
  }

  bool allowed(llama_token id) const { return std::isfinite(candidates_.at(id).logit); }

  int64_t accept(llama_token id) {
    const int64_t begin = now();
    llama_sampler_accept(text_.get(), id);
    return now() - begin;
  }

  bool accepting() {
    fill();
    return allowed(end_);
  }

 private:
  struct Free {
    void operator()(llama_model* model) const { llama_model_free(model); }
    void operator()(llama_sampler* sampler) const { llama_sampler_free(sampler); }
  };
  std::unique_ptr<llama_model, Free> model_;
  std::unique_ptr<llama_sampler, Free> grammar_, text_;
  const llama_vocab* vocab_ = nullptr;
  llama_token end_ = 0;
  std::vector<llama_token_data> candidates_;
};

/// `pending`: what the first mask took, if it is there already; else 0.
Json walk(Engine& engine, const Tokens& tokens, int64_t pending) {
  Json masks = Json::array(), accepts = Json::array();
  if (pending == 0) engine.start();
  bool accepted = true;
  for (const llama_token token : tokens) {
    masks.push_back(pending > 0 ? pending : engine.fill());
    pending = 0;
    accepted = engine.allowed(token);
    if (!accepted) break;
    accepts.push_back(engine.accept(token));
  }
  return {{"masks", masks}, {"accepts", accepts}, {"accepted", accepted && engine.accepting()}};
}

Json run(Engine& engine, const Json& job) {
  if (!job.contains("schema")) throw Refused("no structural tags");
  const int64_t begin = now();
  engine.compile(job["schema"].get<std::string>());
  const int64_t compiled = now();
  engine.start();
  const int64_t first = engine.fill();
  int64_t pending = first;
  Json tests = Json::array();
  for (const Json& spellings : job["tests"]) {
    Json result;
    for (size_t number = 0; number < spellings.size(); ++number) {
      const auto tokens = spellings[number].get<Tokens>();
      Json one = walk(engine, tokens, number == 0 ? pending : 0);
      if (number == 0) {
        result = std::move(one);
        pending = 0;
      } else {
        result["accepted"] = one["accepted"];
        result["spelling"] = number;
      }
      if (result["accepted"].get<bool>()) break;
    }
    tests.push_back(std::move(result));
  }
  return {{"compileNs", compiled - begin}, {"firstMaskNs", first}, {"tests", tests}};
}

/// Resident bytes: now (`VmRSS:`) or at the peak (`VmHWM:`). 0 where there is no /proc.
uint64_t memory(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    if (word == key && status >> word) return std::stoull(word) * 1024;
  }
  return 0;
}

void answer(const Json& line) { std::cout << line.dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl; }

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: llama-grammar-peer vocabulary.gguf\n";
    return 2;
  }
  llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
  Engine engine(argv[1]);
  engine.compile(kWarmUp);
  engine.start();
  engine.fill();
  std::ofstream("/proc/self/clear_refs") << "5";  // forgets the peak of loading
  answer({{"ready", true}, {"engine", "llama.cpp"}, {"version", "v0.5.0"}, {"memory", memory("VmRSS:")}, {"clockNs", clock_cost()}});
  for (std::string line; std::getline(std::cin, line);) {
    const Json job = Json::parse(line);
    Json result;
    try {
      result = run(engine, job);
    } catch (const Refused& refused) {
      result = {{"refused", std::string(refused.what()).substr(0, 500)}};
    } catch (const std::exception& error) {
      result = {{"failed", std::string(error.what()).substr(0, 500)}};
    }
    result["id"] = job["id"];
    result["memory"] = memory("VmHWM:");
    answer(result);
  }
  return 0;
}
