// libFuzzer entry: any bytes as a program, run for a few steps. Not part of the build. With clang, from native/:
//
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -I. fuzz/program_fuzz.cc */*.cc mask/kernels/*.cc
//
// leaving out addon/, decode/ and test/. Program::parse and everything behind it must refuse with an Error or work.

#include <cstdlib>

#include "mask/template.h"
#include "matcher/matcher.h"
#include "support/error.h"

namespace {

std::shared_ptr<const surecall::Vocabulary> vocabulary() {
  std::vector<surecall::Token> tokens;
  for (int b = 0; b < 256; ++b) tokens.push_back({std::string(1, static_cast<char>(b))});
  for (const char* text : {"\",\"", "\":", "{\"", "\"}", "true", "null", "12", "ab", "abc", "aaaa", "\xe2\x82", "\xac\""}) {
    tokens.push_back({text});
  }
  tokens.push_back({"<tool_call>", surecall::TokenKind::control});
  tokens.push_back({"<|im_end|>", surecall::TokenKind::control, true});
  return std::make_shared<const surecall::Vocabulary>(tokens, nullptr);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const auto shared_vocabulary = vocabulary();
  try {
    surecall::Matcher matcher(surecall::Template::compile(shared_vocabulary, {data, size}));
    // The input's last bytes choose the tokens.
    for (size_t step = 0; step < 8; ++step) {
      std::vector<surecall::TokenId> allowed;
      matcher.mask().for_each([&](surecall::TokenId id) { allowed.push_back(id); });
      if (allowed.empty()) {
        if (!matcher.finished()) std::abort();  // a dead end
        break;
      }
      if (!matcher.accept_token(allowed[data[size - 1 - step] % allowed.size()])) std::abort();
      matcher.forced();
      matcher.tokens_to_accept(8);
      matcher.captures();
    }
    matcher.reset();
  } catch (const surecall::Error&) {
  }
  return 0;
}
