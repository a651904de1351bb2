// The vocabulary read from GGUF files: true bytes, kinds, and a tokenizer whose tokens spell the text.

#include <gtest/gtest.h>
#include <llama.h>

#include "decode/llama_runtime.h"
#include "decode/llama_vocabulary.h"
#include "decode_support.h"
#include "support/hash.h"

namespace surecall {
namespace {

std::vector<std::string> files() {
  std::vector<std::string> found;
  for (const std::string& path :
       {test::qwen_vocabulary(), test::test_model(),
        test::source_file("vendor/llama.cpp/models/ggml-vocab-llama-spm.gguf"),
        test::source_file("vendor/llama.cpp/models/ggml-vocab-llama-bpe.gguf"),
        test::source_file("vendor/llama.cpp/models/ggml-vocab-phi-3.gguf"),
        test::source_file("vendor/llama.cpp/models/ggml-vocab-deepseek-llm.gguf")}) {
    if (!path.empty()) found.push_back(path);
  }
  return found;
}

class VocabularyFile : public testing::TestWithParam<std::string> {};

TEST_P(VocabularyFile, BytesAgreeWithLlamaCpp) {
  const auto vocabulary = load_vocabulary(GetParam());
  llama_model_params params = llama_model_default_params();
  params.vocab_only = true;
  LlamaHandle model(llama_model_load_from_file(GetParam().c_str(), params));
  const llama_vocab* vocab = llama_model_get_vocab(model.get());
  ASSERT_EQ(vocabulary->size(), static_cast<uint32_t>(llama_vocab_n_tokens(vocab)));
  uint32_t text = 0;
  for (TokenId id = 0; id < vocabulary->size(); ++id) {
    char piece[2048];
    const int32_t size =
        llama_token_to_piece(vocab, static_cast<llama_token>(id), piece, sizeof piece, 0, true);
    ASSERT_GE(size, 0);
    ASSERT_EQ(vocabulary->ends_generation(id), llama_vocab_is_eog(vocab, static_cast<llama_token>(id)));
    if (vocabulary->kind(id) != TokenKind::text) continue;
    ++text;
    ASSERT_EQ(vocabulary->bytes(id), std::string_view(piece, static_cast<size_t>(size))) << "token " << id;
  }
  EXPECT_GT(text, vocabulary->size() / 2);
}

TEST_P(VocabularyFile, TokensSpellTheText) {
  const auto vocabulary = load_vocabulary(GetParam());
  std::vector<std::string> texts = {"",
                                    " ",
                                    "  x",
                                    "hello world",
                                    " leading",
                                    "trailing ",
                                    "{\"name\": \"add\"}",
                                    "\n\n\t",
                                    "caf\xc3\xa9 \xf0\x9f\x98\x80",
                                    "\xc3",
                                    "\xa9 half",
                                    "a\xf0\x9f",
                                    "1234567890",
                                    "C:\\Users\\john",
                                    "<tool_call>\n",
                                    "<|im_end|>"};
  uint64_t random = 7;
  for (int i = 0; i < 200; ++i) {
    std::string text;
    random = hash_mix(random, 1);
    for (size_t n = random % 40; n > 0; --n)
      text += static_cast<char>((random = hash_mix(random, n)) % 95 + 32);
    texts.push_back(text);
  }
  for (const std::string& text : texts) {
    std::vector<TokenId> tokens;
    try {
      tokens = vocabulary->tokenize(text);
    } catch (const Error& error) {
      // A pruned vocabulary may lack a byte, and then says so.
      EXPECT_EQ(error.code(), "SURECALL_NATIVE");
      continue;
    }
    EXPECT_EQ(vocabulary->detokenize(tokens), text);
    for (const TokenId id : tokens) EXPECT_EQ(vocabulary->kind(id), TokenKind::text) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(Gguf, VocabularyFile, testing::ValuesIn(files()), [](const auto& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  for (char& c : name) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return name;
});
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(VocabularyFile);

TEST(QwenVocabulary, SpecialTokensAreParsedOnlyOnRequest) {
  if (test::qwen_vocabulary().empty()) GTEST_SKIP() << "vendor/llama.cpp is not there";
  const auto vocabulary = load_vocabulary(test::qwen_vocabulary());
  EXPECT_EQ(vocabulary->size(), 151936u);
  EXPECT_EQ(vocabulary->tokenize("<|im_end|>", true), std::vector<TokenId>{151645});
  EXPECT_GT(vocabulary->tokenize("<|im_end|>", false).size(), 1u);
  EXPECT_EQ(vocabulary->kind(151645), TokenKind::control);
  EXPECT_TRUE(vocabulary->bytes(151645).empty());
  EXPECT_EQ(vocabulary->spelling(151645), "<|im_end|>");
  EXPECT_TRUE(vocabulary->ends_generation(151645));
  EXPECT_EQ(vocabulary->kind(151935), TokenKind::unused);
  EXPECT_LT(vocabulary->memory_bytes(), size_t{40} << 20);
}

TEST(ByteLevel, IsABijection) {
  std::string all, bytes;
  for (int code = 0; code < 324; ++code) {
    std::string spelled = code < 0x80 ? std::string(1, static_cast<char>(code))
                                      : std::string{static_cast<char>(0xc0 | code >> 6),
                                                    static_cast<char>(0x80 | (code & 0x3f))};
    if (decode_byte_level(spelled, bytes)) all += bytes;
  }
  std::sort(all.begin(), all.end(),
            [](char a, char b) { return static_cast<uint8_t>(a) < static_cast<uint8_t>(b); });
  ASSERT_EQ(all.size(), 256u);
  for (int byte = 0; byte < 256; ++byte)
    EXPECT_EQ(static_cast<uint8_t>(all[static_cast<size_t>(byte)]), byte);
  EXPECT_FALSE(decode_byte_level("\xe2\x96\x81", bytes));
  EXPECT_TRUE(decode_byte_level("\xc4\xa0hi\xc4\x8a", bytes));
  EXPECT_EQ(bytes, " hi\n");
}

TEST(LoadVocabulary, NamesTheFileThatIsMissing) {
  try {
    load_vocabulary("no/such/file.gguf");
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "SURECALL_MODEL_LOAD");
    EXPECT_STREQ(error.what(), "no/such/file.gguf: no such file");
  }
}

}  // namespace
}  // namespace surecall
