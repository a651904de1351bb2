#pragma once
// What the decode tests share: where the models are, and programs written by hand.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "program/program.h"

#ifndef SURECALL_SOURCE_DIR
#define SURECALL_SOURCE_DIR "."
#endif

namespace surecall::test {

/// A file below the source folder, or "" if it is absent.
inline std::string source_file(const std::string& path) {
  const std::string full = std::string(SURECALL_SOURCE_DIR) + "/" + path;
  return std::filesystem::exists(full) ? full : "";
}

/// The model to run: SURECALL_TEST_MODEL, or the bundled one.
inline std::string test_model() {
  const char* given = std::getenv("SURECALL_TEST_MODEL");
  return given != nullptr ? given : source_file("models/surecall-nano.gguf");
}

inline std::string qwen_vocabulary() { return source_file("vendor/llama.cpp/models/ggml-vocab-qwen2.gguf"); }

/// Writes programs as lib/program/builder.ts does (the format is in program/program.h).
class ProgramWriter {
 public:
  using Node = uint32_t;

  Node bytes(const std::string& text) {
    return add(Op::bytes, pool(text), static_cast<uint32_t>(text.size()));
  }
  Node regex(const std::string& pattern) {
    return add(Op::regex, pool(pattern), static_cast<uint32_t>(pattern.size()));
  }
  Node sequence(std::vector<Node> children) { return list(Op::sequence, children); }
  Node alternatives(std::vector<Node> children) { return list(Op::alternatives, children); }
  Node repeat(Node child, uint32_t min, uint32_t max, Node separator = Program::kNone) {
    return add(Op::repeat, child, min, max, separator);
  }
  Node token(uint32_t id) { return add(Op::token, id); }
  Node capture(const std::string& name, Node child) {
    return add(Op::capture, pool(name), static_cast<uint32_t>(name.size()), child);
  }

  std::vector<uint8_t> finish(Node root) const {
    std::vector<uint32_t> words = {Program::kMagic,
                                   static_cast<uint32_t>(nodes_.size() / 5),
                                   0,
                                   static_cast<uint32_t>(lists_.size()),
                                   static_cast<uint32_t>(pool_.size()),
                                   root};
    words.insert(words.end(), nodes_.begin(), nodes_.end());
    words.insert(words.end(), lists_.begin(), lists_.end());
    std::vector<uint8_t> buffer;
    for (const uint32_t word : words) {
      for (int shift = 0; shift < 32; shift += 8) buffer.push_back(static_cast<uint8_t>(word >> shift));
    }
    buffer.insert(buffer.end(), pool_.begin(), pool_.end());
    return buffer;
  }

 private:
  Node add(Op op, uint32_t a = 0, uint32_t b = 0, uint32_t c = 0, uint32_t d = 0) {
    for (const uint32_t word : {static_cast<uint32_t>(op), a, b, c, d}) nodes_.push_back(word);
    return static_cast<Node>(nodes_.size() / 5 - 1);
  }
  Node list(Op op, const std::vector<Node>& children) {
    const uint32_t at = static_cast<uint32_t>(lists_.size());
    lists_.insert(lists_.end(), children.begin(), children.end());
    return add(op, at, static_cast<uint32_t>(children.size()));
  }
  uint32_t pool(const std::string& text) {
    const uint32_t at = static_cast<uint32_t>(pool_.size());
    pool_ += text;
    return at;
  }

  std::vector<uint32_t> nodes_, lists_;
  std::string pool_;
};

/// The calls that the tests decode: {"name": "add", "arguments": {"a": 1, "b": 2}} or
/// {"name": "greet", "arguments": {"name": "x"}}, and the end tag.
inline std::vector<uint8_t> call_program(bool lenient = false, const std::string& end = "\n</tool_call>") {
  ProgramWriter w;
  const auto number = [&] { return w.regex("-?(0|[1-9][0-9]{0,11})"); };
  const std::string body = lenient ? R"re(([^"\\\x00-\x1f]|\\[^\x00-\x1f]){0,60})re"
                                   : R"re(([^"\\\x00-\x1f]|\\["\\/bfnrt]){0,60})re";
  const auto text =
      w.sequence({w.bytes("\""), w.capture(lenient ? "string" : "value", w.regex(body)), w.bytes("\"")});
  const auto add = w.sequence({w.bytes(R"(add", "arguments": {"a": )"), w.capture("a", number()),
                               w.bytes(R"(, "b": )"), w.capture("b", number())});
  const auto greet = w.sequence({w.bytes(R"(greet", "arguments": {"name": )"), w.capture("name", text)});
  return w.finish(w.sequence({w.bytes(R"({"name": ")"), w.alternatives({add, greet}), w.bytes("}}" + end)}));
}

/// A prompt in the layout on which the bundled model was trained.
inline std::string call_prompt(const std::string& query) {
  return "<|im_start|>system\n# Tools\nAdd two numbers -> add(a: integer, b: integer)\nGreet a person -> "
         "greet(name: string)"
         "<|im_end|>\n<|im_start|>user\n" +
         query + "<|im_end|>\n<|im_start|>assistant\n<tool_call>\n";
}

}  // namespace surecall::test
