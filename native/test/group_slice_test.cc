// Tokens by groups of characters: the bitmaps by definition, and masks of patterns with and without them.

#include "vocab/group_slice.h"

#include <gtest/gtest.h>

#include "test/support/walks.h"
#include "vocab/utf8.h"

namespace surecall::test {
namespace {

TEST(GroupSlice, MasksAreWhatTheySay) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const auto vocabulary = random_vocabulary(seed, {600, "abgAZ09_- \xc2\xa0"}).vocabulary;
    Random random(seed);
    for (int round = 0; round < 20; ++round) {
      // Never what is no whole character.
      const CharGroupSet first = (random.next() | group_bit(kBeyondAscii)) & ~group_bit(kOtherBytes);
      const CharGroupSet more = random.next() & ~group_bit(kOtherBytes);
      const uint32_t most = random.percent(50) ? 0xffff : static_cast<uint32_t>(random.next() % 6);
      const auto tokens = vocabulary->groups().mask(first, more, most);
      const std::vector<uint32_t>& mask = tokens->words;
      uint32_t count = 0;
      for (TokenId id = 0; id < vocabulary->size(); ++id) {
        const std::string_view bytes = vocabulary->bytes(id);
        bool expected = !bytes.empty() && bytes.size() <= TokenTrie::kMaxTokenBytes && !vocabulary->ends_generation(id);
        uint32_t code_point = 0;
        uint32_t characters = 0;
        for (size_t at = 0; at < bytes.size() && expected;) {
          const CharGroupSet allowed = at == 0 ? first : more;
          expected = decode_utf8(bytes, at, code_point) && ++characters <= most && (allowed & group_bit(char_group(code_point))) != 0;
        }
        ASSERT_EQ((mask[id >> 5] >> (id & 31) & 1) != 0, expected) << id;
        count += expected;
      }
      ASSERT_EQ(tokens->count, count);
      ASSERT_EQ(vocabulary->groups().mask(first, more, most), tokens);
    }
  }
}

// Random classes of characters, repeated: where the slice is used, every token is as the reference says.
TEST(GroupSlice, PatternsAgreeWithTheReference) {
  const std::vector<std::string> classes{"[a-c]", "[^/]", "[^a]", "\\w", "[a-z0-9_-]", "[^,\"]", "[ -~]", "[^b\\n]", "."};
  const std::vector<std::string> counts{"*", "{0,30}", "{1,4}", "{2}"};
  for (uint64_t seed = 1; seed <= seeds(60); ++seed) {
    Random random(seed);
    const auto vocabulary = random_vocabulary(seed % 6, {300, "abc,/-0"}).vocabulary;
    const std::string pattern = random.pick(classes) + (random.percent(50) ? "" : random.pick(classes) + "*") + random.pick(classes) +
                                random.pick(counts) + (random.percent(30) ? "," : "");
    SCOPED_TRACE(pattern);
    const NamedProgram program = json_program("", [&](auto& out, auto&) { return out.sequence({out.regex(pattern), out.bytes("\"")}); });
    Walk both(program, compiled(program, vocabulary));
    for (int step = 0; step < 6; ++step) {
      const std::vector<TokenId> allowed = both.check();
      if (allowed.empty() || HasFailure()) break;
      both.accept(pick_token(random, allowed, *vocabulary));
    }
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace surecall::test
