#include "decode/gguf_check.h"

#include <ggml.h>
#include <gguf.h>
#include <llama.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>

#include "decode/llama_runtime.h"
#include "support/error.h"

namespace surecall {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t kOldestVersion = 2;
constexpr uint32_t kNewestVersion = GGUF_VERSION;
constexpr uint32_t kMaxParts = 4096;
constexpr int64_t kMaxTokens = 1 << 24;  // what Vocabulary can hold

// The smallest file there can be: magic, version, two counts.
constexpr uint64_t kHeaderBytes = 4 + 4 + 8 + 8;

struct GgufCloser {
  void operator()(gguf_context* gguf) const { gguf_free(gguf); }
};
using GgufPtr = std::unique_ptr<gguf_context, GgufCloser>;

class Checker {
 public:
  explicit Checker(const std::string& path) : path_(path) {}

  [[noreturn]] void fail(const std::string& what) const {
    throw Error("SURECALL_MODEL_LOAD", path_ + ": " + what);
  }

  uint64_t check_file() const {
    if (path_.empty()) throw Error("SURECALL_MODEL_LOAD", "the path of the model is empty");
    if (path_.find('\0') != std::string::npos) fail("the path contains a zero byte");
    const fs::path file = fs::path(std::u8string(path_.begin(), path_.end()));
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (status.type() == fs::file_type::not_found) fail("no such file");
    if (status.type() == fs::file_type::directory) fail("is a directory, not a GGUF file");
    if (status.type() != fs::file_type::regular)
      fail(error ? "cannot be read: " + error.message() : "is not a regular file");
    const uint64_t bytes = fs::file_size(file, error);
    if (error) fail("cannot be read: " + error.message());

    std::ifstream in(file, std::ios::binary);
    if (!in) fail("cannot be read: permission denied");
    if (bytes == 0) fail("the file is empty");
    char head[8] = {};
    in.read(head, static_cast<std::streamsize>(std::min<uint64_t>(bytes, sizeof head)));
    if (!in) fail("cannot be read");
    if (std::memcmp(head, GGUF_MAGIC, std::min<uint64_t>(bytes, 4)) != 0)
      fail("not a GGUF file (it does not start with 'GGUF')");
    if (bytes < kHeaderBytes) fail("truncated: the file ends within its header");
    check_version(head + 4);
    return bytes;
  }

  GgufPtr read() const {
    const LogCapture log;
    const AssertGuard guard;
    GgufPtr gguf;
    try {
      gguf.reset(gguf_init_from_file(path_.c_str(), {/*no_alloc=*/true, /*ctx=*/nullptr}));
    } catch (const std::exception& e) {
      fail(std::string("damaged GGUF header (") + e.what() + ")");
    }
    if (!gguf) fail("truncated or damaged GGUF header" + (log.text().empty() ? "" : " (" + log.text() + ")"));
    return gguf;
  }

  void check_tensors(const gguf_context* gguf, uint64_t file_bytes, bool need_weights) const {
    const int64_t count = gguf_get_n_tensors(gguf);
    if (count == 0 && need_weights) fail("holds a vocabulary but no weights");
    const uint64_t data = gguf_get_data_offset(gguf);
    for (int64_t i = 0; i < count; ++i) {
      const uint64_t offset = gguf_get_tensor_offset(gguf, i);
      const uint64_t bytes = gguf_get_tensor_size(gguf, i);
      // Each term is compared by itself: the sums of a damaged file may wrap.
      if (data > file_bytes || offset > file_bytes - data || bytes > file_bytes - data - offset) {
        fail("truncated: the data of tensor '" + std::string(gguf_get_tensor_name(gguf, i)) + "' (" +
             std::to_string(i + 1) + " of " + std::to_string(count) +
             ") ends beyond the end of the file, which has " + std::to_string(file_bytes) + " bytes");
      }
    }
  }

  // ggml asserts some of these in the middle of a computation, where it is too late to refuse the file.
  void check_numbers(const gguf_context* gguf) const {
    for (int64_t i = 0; i < gguf_get_n_kv(gguf); ++i) {
      if (gguf_get_kv_type(gguf, i) != GGUF_TYPE_FLOAT32) continue;
      const float value = gguf_get_val_f32(gguf, i);
      const std::string key = gguf_get_key(gguf, i);
      if (!std::isfinite(value) || (value < 0 && key.ends_with("epsilon"))) {
        fail("key '" + key + "' has the value " + std::to_string(value));
      }
    }
  }

  std::string string_key(const gguf_context* gguf, const char* key) const {
    const int64_t id = find(gguf, key);
    if (gguf_get_kv_type(gguf, id) != GGUF_TYPE_STRING)
      fail(std::string("key '") + key + "' is not a string");
    return gguf_get_val_str(gguf, id);
  }

  uint32_t check_vocabulary(const gguf_context* gguf) const {
    const std::string kind = string_key(gguf, "tokenizer.ggml.model");
    if (kind == "none" || kind == "no_vocab") fail("the model has no vocabulary");

    const int64_t tokens = find(gguf, "tokenizer.ggml.tokens");
    check_array(gguf, tokens, "string", {GGUF_TYPE_STRING});
    const size_t count = gguf_get_arr_n(gguf, tokens);
    if (count == 0) fail("the vocabulary has no tokens");
    if (count > static_cast<size_t>(kMaxTokens)) fail("the vocabulary has more than 16,777,216 tokens");

    check_optional(gguf, "tokenizer.ggml.token_type", "int32", {GGUF_TYPE_INT32}, count);
    check_optional(gguf, "tokenizer.ggml.scores", "float32", {GGUF_TYPE_FLOAT32, GGUF_TYPE_INT32}, count);
    check_optional(gguf, "tokenizer.ggml.merges", "string", {GGUF_TYPE_STRING}, 0);
    for (const char* key : {"tokenizer.ggml.pre", "tokenizer.chat_template", "general.name"}) {
      if (gguf_find_key(gguf, key) >= 0) string_key(gguf, key);
    }
    return static_cast<uint32_t>(count);
  }

  /// How many files the model is split into.
  uint32_t parts(const gguf_context* gguf) const {
    const int64_t id = gguf_find_key(gguf, "split.count");
    if (id < 0) return 1;
    if (gguf_get_kv_type(gguf, id) != GGUF_TYPE_UINT16) fail("key 'split.count' is not a uint16");
    const uint32_t count = gguf_get_val_u16(gguf, id);
    if (count > kMaxParts) fail("it says that it is split into " + std::to_string(count) + " files");
    return std::max(count, 1u);
  }

  /// The file of part `index` of `count`, from that of the first.
  std::string part_path(uint32_t index, uint32_t count) const {
    std::string text(path_.size() + 64, '\0');
    const auto [i, n] = std::pair(static_cast<int32_t>(index), static_cast<int32_t>(count));
    if (llama_split_prefix(text.data(), text.size(), path_.c_str(), 0, n) <= 0) {
      fail("it is the first of " + std::to_string(n) + " parts of a model, or another one, and its name does not end in "
           "-00001-of-" + std::string(5 - std::min<size_t>(5, std::to_string(n).size()), '0') + std::to_string(n) + ".gguf: name the first part");
    }
    const std::string prefix = text.c_str();
    llama_split_path(text.data(), text.size(), prefix.c_str(), i, n);
    return text.c_str();
  }

 private:
  void check_version(const char* bytes) const {
    uint32_t version = 0;
    std::memcpy(&version, bytes, sizeof version);
    if (version >= kOldestVersion && version <= kNewestVersion) return;
    if ((version & 0xffff) == 0) fail("GGUF of the other byte order, which is not supported");
    fail("GGUF version " + std::to_string(version) + " is not supported (versions 2 and 3 are)");
  }

  int64_t find(const gguf_context* gguf, const char* key) const {
    const int64_t id = gguf_find_key(gguf, key);
    if (id < 0) fail(std::string("key '") + key + "' is missing");
    return id;
  }

  void check_array(const gguf_context* gguf, int64_t id, const char* of,
                   std::initializer_list<gguf_type> types) const {
    if (gguf_get_kv_type(gguf, id) == GGUF_TYPE_ARRAY) {
      for (const gguf_type type : types) {
        if (gguf_get_arr_type(gguf, id) == type) return;
      }
    }
    fail(std::string("key '") + gguf_get_key(gguf, id) + "' is not an array of " + of);
  }

  void check_optional(const gguf_context* gguf, const char* key, const char* of,
                      std::initializer_list<gguf_type> types, size_t at_least) const {
    const int64_t id = gguf_find_key(gguf, key);
    if (id < 0) return;
    check_array(gguf, id, of, types);
    const size_t count = gguf_get_arr_n(gguf, id);
    if (count < at_least) {
      fail(std::string("key '") + key + "' has " + std::to_string(count) + " entries for " +
           std::to_string(at_least) + " tokens");
    }
  }

  const std::string& path_;
};

}  // namespace

GgufFacts check_gguf(const std::string& path, bool need_weights) {
  init_llama();
  const Checker check(path);
  GgufFacts facts;
  facts.file_bytes = check.check_file();
  const GgufPtr gguf = check.read();
  const uint32_t parts = check.parts(gguf.get());
  check.check_tensors(gguf.get(), facts.file_bytes, need_weights && parts == 1);
  check.check_numbers(gguf.get());
  facts.tensors = gguf_get_n_tensors(gguf.get());
  for (uint32_t i = 1; i < parts; ++i) {
    const std::string part_path = check.part_path(i, parts);
    const Checker part(part_path);
    const uint64_t bytes = part.check_file();
    const GgufPtr part_gguf = part.read();
    part.check_tensors(part_gguf.get(), bytes, false);
    facts.file_bytes += bytes;
    facts.tensors += gguf_get_n_tensors(part_gguf.get());
  }
  facts.architecture = check.string_key(gguf.get(), "general.architecture");
  facts.tokens = check.check_vocabulary(gguf.get());
  return facts;
}

}  // namespace surecall
