// Prefixes on disk: what is written comes back, what is damaged or foreign is ignored, and neither other processes nor
// kill -9 leave anything that is believed and wrong.

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <random>
#include <thread>

#include "decode/files.h"
#include "decode/prefix_store.h"
#include "decode/session.h"
#include "decode_fake_model.h"
#include "decode_support.h"

#if !defined(_WIN32)
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace surecall {
namespace {

namespace fs = std::filesystem;
using Tokens = std::vector<TokenId>;

constexpr PrefixKey kKey = {1, 2};
constexpr uint64_t kPlenty = uint64_t{1} << 30;

/// A state that says itself whether it is whole and belongs to these tokens.
PrefixStore::Prefix prefix(const Tokens& tokens, size_t bytes = 5000) {
  PrefixStore::Prefix made{tokens, std::vector<uint8_t>(bytes)};
  std::mt19937 random(tokens.back());
  for (uint8_t& byte : made.state) byte = static_cast<uint8_t>(random());
  return made;
}

bool is_whole(const PrefixStore::Prefix& got) { return got.state == prefix(got.tokens, got.state.size()).state; }

class PrefixStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("surecall-prefix-test-" + std::to_string(process_id()) + "-" +
                                           testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    if (!fs::exists(folder_)) return found;
    for (const auto& entry : fs::directory_iterator(folder_)) found.push_back(entry.path());
    return found;
  }

  fs::path folder_;
};

TEST_F(PrefixStoreTest, WhatIsSavedComesBackInAnotherProcess) {
  {
    PrefixStore store(folder_, kKey, kPlenty);
    EXPECT_TRUE(files().empty());
    store.save(prefix({1, 2, 3, 4}));
    store.flush();
    store.save(prefix({1, 2, 5}));
  }
  PrefixStore store(folder_, kKey, kPlenty);
  EXPECT_EQ(store.known(Tokens{1, 2, 3, 4, 9}), 4u);
  EXPECT_EQ(store.known(Tokens{1, 2, 5, 4}), 3u);
  EXPECT_EQ(store.known(Tokens{1, 2, 7}), 2u);
  EXPECT_EQ(store.known(Tokens{7}), 0u);
  const auto got = store.load(Tokens{1, 2, 3, 9});
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(got->tokens, (Tokens{1, 2, 3, 4}));
  EXPECT_TRUE(is_whole(*got));
  EXPECT_FALSE(store.load(Tokens{7}).has_value());
}

TEST_F(PrefixStoreTest, OtherKeysAreNotRead) {
  { PrefixStore(folder_, kKey, kPlenty).save(prefix({1, 2, 3})); }
  EXPECT_EQ(PrefixStore(folder_, {1, 3}, kPlenty).known(Tokens{1, 2, 3}), 0u);  // the same name, another key
  { PrefixStore(folder_, kKey, kPlenty).save(prefix({1, 2, 3})); }
  EXPECT_EQ(PrefixStore(folder_, {5, 2}, kPlenty).known(Tokens{1, 2, 3}), 0u);
  EXPECT_EQ(PrefixStore(folder_, kKey, kPlenty).known(Tokens{1, 2, 3}), 3u);
}

TEST_F(PrefixStoreTest, DamagedFilesAreIgnoredAndDeleted) {
  std::mt19937 random(1);
  for (int round = 0; round < 60; ++round) {
    { PrefixStore(folder_, kKey, kPlenty).save(prefix({1, 2, 3}, 300)); }
    ASSERT_EQ(files().size(), 1u);
    const fs::path path = files().front();
    const auto size = static_cast<size_t>(fs::file_size(path));
    if (round % 3 == 0) {
      fs::resize_file(path, random() % size);
    } else if (round % 3 == 1) {
      std::ofstream(path, std::ios::app) << "more";
    } else {
      std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
      const auto at = static_cast<std::streamoff>(random() % size);
      file.seekg(at);
      const int byte = file.get();
      file.seekp(at);
      file.put(static_cast<char>(byte ^ (1 << random() % 8)));
    }
    PrefixStore store(folder_, kKey, kPlenty);
    EXPECT_FALSE(store.load(Tokens{1, 2, 3, 4}).has_value()) << round;
    EXPECT_TRUE(files().empty()) << round;
  }
}

TEST_F(PrefixStoreTest, ForeignFilesAreLeftAlone) {
  fs::create_directories(folder_);
  std::ofstream(folder_ / "notes.txt") << "mine";
  { PrefixStore(folder_, kKey, 1000).save(prefix({1, 2, 3})); }  // too large: nothing is kept
  EXPECT_EQ(files(), (std::vector<fs::path>{folder_ / "notes.txt"}));
}

TEST_F(PrefixStoreTest, TheLeastUsedGoesFirst) {
  PrefixStore store(folder_, kKey, 16'000);
  for (const TokenId token : {1, 2, 3}) {
    store.save(prefix({token, 0}));
    store.flush();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_TRUE(store.load(Tokens{1, 0}).has_value());  // used
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  store.save(prefix({4, 0}));
  store.flush();
  EXPECT_EQ(files().size(), 3u);
  PrefixStore again(folder_, kKey, 16'000);
  EXPECT_TRUE(again.load(Tokens{1, 0}).has_value());
  EXPECT_FALSE(again.load(Tokens{2, 0}).has_value());
  EXPECT_FALSE(store.load(Tokens{2, 0}).has_value());  // deleted under its feet
}

TEST_F(PrefixStoreTest, AFolderThatCannotBeWrittenIsNoError) {
  const fs::path file = folder_.string() + "-file";
  std::ofstream(file) << "x";
  PrefixStore store(file / "below", kKey, kPlenty);
  store.save(prefix({1, 2}));
  store.flush();
  EXPECT_EQ(store.known(Tokens{1, 2}), 0u);
  fs::remove(file);
}

#if !defined(_WIN32)
// Children save and load at once and are killed at random moments.
TEST_F(PrefixStoreTest, ProcessesAndKillsLeaveOnlyWholeFiles) {
  std::mt19937 random(7);
  for (int round = 0; round < 25; ++round) {
    std::vector<pid_t> children;
    for (uint32_t child = 0; child < 3; ++child) {
      const pid_t pid = fork();
      if (pid == 0) {
        std::mt19937 own(static_cast<uint32_t>(round) * 10 + child);
        PrefixStore store(folder_, kKey, 3'000'000);
        for (;;) {
          const Tokens tokens = {static_cast<TokenId>(own() % 6), 1};
          store.save(prefix(tokens, 400'000));
          const auto got = store.load(tokens);
          if (got && !is_whole(*got)) _exit(1);
        }
      }
      children.push_back(pid);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + random() % 60));
    for (const pid_t pid : children) {
      int status = 0;
      kill(pid, SIGKILL);
      waitpid(pid, &status, 0);
      EXPECT_FALSE(WIFEXITED(status)) << "a child read a damaged state";
    }
    PrefixStore store(folder_, kKey, kPlenty);
    for (TokenId token = 0; token < 6; ++token) {
      const bool there = store.known(Tokens{token, 1}) == 2;
      const auto got = store.load(Tokens{token, 1});
      EXPECT_EQ(got.has_value(), there);
      EXPECT_TRUE(!got || is_whole(*got));
    }
  }
}
#endif

TEST_F(PrefixStoreTest, KeysTellModelsAndParametersApart) {
  if (test::test_model().empty()) GTEST_SKIP() << "no model";
  const auto key = prefix_key(test::test_model(), "a");
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(key, prefix_key(test::test_model(), "a"));
  EXPECT_NE(key, prefix_key(test::test_model(), "b"));
  const fs::path copy = folder_.string() + ".gguf";
  fs::copy_file(test::test_model(), copy, fs::copy_options::overwrite_existing);
  EXPECT_EQ(key, prefix_key(copy.string(), "a"));
  std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(-1000, std::ios::end);
  const int byte = file.get();
  file.seekp(-1000, std::ios::end);
  file.put(static_cast<char>(byte ^ 1));
  file.close();
  EXPECT_NE(key, prefix_key(copy.string(), "a"));
  fs::remove(copy);
  EXPECT_FALSE(prefix_key("no/such/file", "a").has_value());
}

class StoredSessionTest : public PrefixStoreTest {
 protected:
  GenerateResult answer(const Model& model, const std::string& query, std::optional<std::string> folder = std::nullopt) {
    Session session(model, folder.value_or(folder_.string()), kPlenty);
    GenerateRequest request;
    request.prompt_text = tools_ + test::call_prompt(query);
    request.answer = Template::compile(model.vocabulary(), test::call_program());
    request.max_tokens = 100;
    return session.generate(request);
  }
  static ModelOptions options() {
    ModelOptions options;
    options.context_size = 1024;
    return options;
  }
  const std::string tools_ = std::string(300, '7') + "\n";
};

TEST_F(StoredSessionTest, TheSecondProcessBeginsWhereTheFirstWas) {
  if (test::test_model().empty()) GTEST_SKIP() << "no model";
  const auto model = Model::load(test::test_model(), options());
  const GenerateResult alone = answer(*model, "Greet John", "");
  const GenerateResult first = answer(*model, "What is the sum of 40 and 2?");
  EXPECT_EQ(first.cached_tokens, 0u);
  ASSERT_EQ(files().size(), 1u);
  const GenerateResult second = answer(*model, "Greet John");
  EXPECT_GT(second.cached_tokens, 300u);
  EXPECT_EQ(second.text, alone.text);
  EXPECT_EQ(files().size(), 1u);  // most of it was there

  // What two prompts have in common is saved while they are answered.
  fs::remove_all(folder_);
  {
    Session session(*model, folder_.string(), kPlenty);
    for (const char* query : {"What is the sum of 40 and 2?", "Greet John"}) {
      GenerateRequest request;
      request.prompt_text = tools_ + test::call_prompt(query);
      request.answer = Template::compile(model->vocabulary(), test::call_program());
      session.generate(request);
    }
  }
  ASSERT_EQ(files().size(), 1u);
  EXPECT_GT(answer(*model, "Say hello to Ann").cached_tokens, 300u);
}

TEST_F(StoredSessionTest, OtherCacheTypesDoNotMeet) {
  if (test::test_model().empty()) GTEST_SKIP() << "no model";
  ModelOptions other = options();
  other.kv_type = "f32";
  answer(*Model::load(test::test_model(), options()), "Greet John");
  EXPECT_EQ(answer(*Model::load(test::test_model(), other), "Greet John").cached_tokens, 0u);
}

TEST_F(StoredSessionTest, AStateOfAnotherShapeIsRefused) {
  if (test::test_model().empty()) GTEST_SKIP() << "no model";
  // A state that passes every check of ours and still is none.
  const auto model = Model::load(test::test_model(), options());
  answer(*model, "Greet John");
  ASSERT_EQ(files().size(), 1u);
  const auto key = prefix_key(model->info().path, "llama.cpp " SURECALL_LLAMA_COMMIT " kv f16 flash -1 gpu " + std::to_string(model->info().gpu_layers));
  fs::remove(files().front());
  { PrefixStore(folder_, *key, kPlenty).save(prefix(model->vocabulary()->tokenize(tools_ + test::call_prompt("Greet John"), true))); }
  const GenerateResult result = answer(*model, "Greet John");
  EXPECT_EQ(result.cached_tokens, 0u);
  EXPECT_EQ(result.text, answer(*model, "Greet John", "").text);
}

}  // namespace
}  // namespace surecall
