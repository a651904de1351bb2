#pragma once
// What the fuzz targets share. Each is a libFuzzer entry: any bytes must be refused with an Error, or work; whatever breaks
// a promise aborts. `npm run fuzz:native` builds them with clang and the sanitizers, cmake/fuzz.cmake says how.

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mask/template.h"
#include "matcher/matcher.h"
#include "support/error.h"

namespace surecall::fuzz {

/// Aborts, so that libFuzzer keeps the input.
inline void must(bool holds) {
  if (!holds) std::abort();
}

/// Every byte, and tokens that cross the borders of JSON's tokens and of characters.
inline std::shared_ptr<const Vocabulary> vocabulary() {
  std::vector<Token> tokens;
  for (int b = 0; b < 256; ++b) tokens.push_back({std::string(1, static_cast<char>(b))});
  for (const char* text : {"\",\"", "\":", "{\"", "\"}", "true", "null", "12", "ab", "abc", "aaaa", "\xe2\x82", "\xac\""}) {
    tokens.push_back({text});
  }
  tokens.push_back({"<tool_call>", TokenKind::control});
  tokens.push_back({"<|im_end|>", TokenKind::control, true});
  return std::make_shared<const Vocabulary>(tokens, nullptr);
}

/// Takes allowed tokens as the bytes of `choices` say, and checks on the way that there always is one, that masks and
/// acceptance agree, and that rollback leads back.
inline void walk(Matcher& matcher, std::string_view choices) {
  for (const char choice : choices) {
    std::vector<TokenId> allowed;
    matcher.mask().for_each([&](TokenId id) { allowed.push_back(id); });
    if (allowed.empty()) {
      must(matcher.finished() || matcher.accepting());
      return;
    }
    const size_t before = matcher.steps();
    const std::string text = matcher.text();
    const std::string forced = matcher.forced_bytes();
    const TokenId id = allowed[static_cast<uint8_t>(choice) % allowed.size()];
    must(matcher.accept_token(id));
    matcher.rollback(1);
    must(matcher.steps() == before && matcher.text() == text && matcher.forced_bytes() == forced);
    must(matcher.mask().count() == allowed.size());
    must(matcher.accept_token(id));
    matcher.forced();
    matcher.tokens_to_accept(8);
    matcher.captures();
  }
}

}  // namespace surecall::fuzz
