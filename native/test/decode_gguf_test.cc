// Damaged files: whatever is wrong with a GGUF file, loading it is an error with a reason, and never the end
// of the process.

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

#include "decode/gguf_check.h"
#include "decode/llama_vocabulary.h"
#include "decode/session.h"
#include "decode_support.h"
#include "support/error.h"
#include "support/hash.h"

namespace surecall {
namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

class Gguf : public testing::Test {
 protected:
  void SetUp() override {
    path_ =
        testing::TempDir() + "surecall_gguf_" + std::to_string(reinterpret_cast<uintptr_t>(this)) + ".gguf";
    if (!test::test_model().empty()) good_ = read_file(test::test_model());
  }
  void TearDown() override { std::filesystem::remove(path_); }

  void write(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }

  /// What check_gguf says about these bytes, without the path; "" if nothing.
  std::string complaint(const std::string& bytes) {
    write(bytes);
    return complaint_about([&] { check_gguf(path_, true); });
  }
  template <class Run>
  std::string complaint_about(Run&& run) {
    try {
      run();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "SURECALL_MODEL_LOAD");
      const std::string text = error.what();
      return text.starts_with(path_ + ": ") ? text.substr(path_.size() + 2) : text;
    }
    return "";
  }
  void load_and_run() {
    try {
      const auto model = Model::load(path_, {});
      Session session(*model);
      GenerateRequest request;
      request.prompt_text = test::call_prompt("greet bob");
      request.answer = Template::compile(model->vocabulary(), test::call_program());
      request.max_tokens = 90;
      session.generate(request);
      ++loaded_;
    } catch (const Error&) {
      ++refused_;
    }
  }

  std::string path_, good_;
  int loaded_ = 0, refused_ = 0;
};

#define NEEDS_MODEL() \
  if (good_.empty())  \
  GTEST_SKIP() << "models/surecall-nano.gguf is not there and SURECALL_TEST_MODEL is not set"

TEST_F(Gguf, SaysWhatIsWrongWithTheFile) {
  EXPECT_EQ(complaint_about([&] { check_gguf("", true); }), "the path of the model is empty");
  EXPECT_EQ(complaint_about([&] { check_gguf(path_, true); }), "no such file");
  EXPECT_EQ(complaint_about([&] { check_gguf(testing::TempDir(), true); }).find("is a directory") ==
                std::string::npos,
            false);
  EXPECT_EQ(complaint(""), "the file is empty");
  EXPECT_EQ(complaint("hello world, this is text"), "not a GGUF file (it does not start with 'GGUF')");
  EXPECT_EQ(complaint("GG"), "truncated: the file ends within its header");
  EXPECT_EQ(complaint(std::string("GGUF\x03\0\0\0", 8)), "truncated: the file ends within its header");
  EXPECT_EQ(complaint(std::string("GGUF\x01\0\0\0", 8) + std::string(32, '\0')),
            "GGUF version 1 is not supported (versions 2 and 3 are)");
  EXPECT_EQ(complaint(std::string("GGUF\0\0\0\x03", 8) + std::string(32, '\0')),
            "GGUF of the other byte order, which is not supported");
  EXPECT_EQ(complaint(std::string("GGUF\x03\0\0\0", 8) + std::string(32, '\0')),
            "holds a vocabulary but no weights");
}

TEST_F(Gguf, NoticesEveryTruncation) {
  NEEDS_MODEL();
  EXPECT_EQ(complaint(good_), "");
  std::vector<size_t> lengths = {1,
                                 3,
                                 4,
                                 23,
                                 24,
                                 25,
                                 100,
                                 4000,
                                 200000,
                                 210000,
                                 211000,
                                 good_.size() / 2,
                                 good_.size() - 4096,
                                 good_.size() - 64};
  uint64_t random = 5;
  for (int i = 0; i < 60; ++i) lengths.push_back((random = hash_mix(random, 1)) % (good_.size() - 64));
  for (const size_t length : lengths) {
    const std::string said = complaint(good_.substr(0, length));
    EXPECT_TRUE(said.starts_with("truncated") || said.starts_with("not a GGUF")) << length << ": " << said;
  }
}

TEST_F(Gguf, RefusesNumbersThatWouldStopAComputation) {
  NEEDS_MODEL();
  const std::string key = ".attention.layer_norm_rms_epsilon";
  const size_t value = good_.find(key) + key.size() + 4;
  for (const float bad : {-1.0f, NAN, INFINITY}) {
    std::string bytes = good_;
    std::memcpy(bytes.data() + value, &bad, sizeof bad);
    EXPECT_NE(complaint(bytes).find("epsilon' has the value"), std::string::npos);
  }
}

// Mutations of the header: most are refused, some change nothing that matters, none may end the process.
TEST_F(Gguf, SurvivesMutations) {
  NEEDS_MODEL();
  const size_t header = good_.find("token_embd.weight") + 4096;
  for (uint64_t seed = 0; seed < 250; ++seed) {
    std::string bytes = good_;
    uint64_t random = hash_mix(1, seed);
    for (uint64_t flips = 1 + seed % 3; flips > 0; --flips) {
      random = hash_mix(random, flips);
      // Half of them where the scalar keys or the tensors are described, away from the long lists.
      size_t at = random % header;
      if (seed % 4 == 0) at %= 1200;
      if (seed % 4 == 1) at = header - 1 - at % 4096;
      random = hash_mix(random, at);
      if (seed & 8) {
        bytes[at] ^= static_cast<char>(1 << (random & 7));
      } else {
        bytes[at] = static_cast<char>((random & 16) ? 0xff : random >> 8);
      }
    }
    write(bytes);
    load_and_run();
  }
  EXPECT_GT(refused_, 50);
  EXPECT_GT(loaded_, 20);
}

TEST_F(Gguf, SurvivesMutationsOfTheHyperparameters) {
  NEEDS_MODEL();
  const uint32_t values[] = {0, 1, 3, 33, 255, 6497, 65536, 0x7fffffff, 0x80000000, 0xffffffff};
  for (const std::string key :
       {".block_count", ".context_length", ".embedding_length", ".feed_forward_length",
        ".attention.head_count", ".attention.head_count_kv", ".attention.key_length",
        ".attention.value_length", ".rope.freq_base", ".attention.layer_norm_rms_epsilon", ".vocab_size",
        "tokenizer.ggml.eos_token_id"}) {
    const size_t at = good_.find(key);
    if (at == std::string::npos) continue;
    for (const uint32_t value : values) {
      std::string bytes = good_;
      std::memcpy(bytes.data() + at + key.size() + 4, &value, sizeof value);
      write(bytes);
      load_and_run();
    }
  }
  EXPECT_GT(refused_, 30);
}

TEST_F(Gguf, SurvivesMutationsOfALargeVocabulary) {
  if (test::qwen_vocabulary().empty()) GTEST_SKIP() << "vendor/llama.cpp is not there";
  const std::string good = read_file(test::qwen_vocabulary());
  for (uint64_t seed = 0; seed < 12; ++seed) {
    std::string bytes = good;
    uint64_t random = hash_mix(2, seed);
    bytes[random % bytes.size()] ^= static_cast<char>(1 << (random >> 60 & 7));
    if (seed % 3 == 0) bytes.resize(hash_mix(random, 1) % bytes.size());
    write(bytes);
    try {
      load_vocabulary(path_)->tokenize("hello {\"world\": 12} <|im_end|>", true);
    } catch (const Error& error) {
      EXPECT_TRUE(std::string(error.what()).starts_with(path_)) << error.what();
    }
  }
}

}  // namespace
}  // namespace surecall
