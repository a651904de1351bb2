// Which tokens go on copying what the user said.

#include <gtest/gtest.h>

#include "decode/copy_bias.h"
#include "test/support/vocabularies.h"

namespace surecall {
namespace {

/// All bytes, and some words.
std::shared_ptr<const Vocabulary> words() {
  std::vector<Token> tokens;
  for (int b = 0; b < 256; ++b) tokens.push_back({std::string(1, static_cast<char>(b))});
  for (const char* word : {"cat", " cat", "ca", "cats", "dog", " dog", "/etc", "etc", "\",", "host", "-2", "\\\\", "t and"}) tokens.push_back({word});
  return test::share(tokens);
}

/// The texts of the tokens that go on copying, shortest first, each in brackets.
std::string copying(std::string_view source, std::string_view body) {
  const auto vocabulary = words();
  std::vector<std::string> texts;
  for (const TokenId token : CopyBias(source, *vocabulary, 1).copying(body)) texts.emplace_back(vocabulary->bytes(token));
  std::sort(texts.begin(), texts.end());
  std::string out;
  for (const std::string& text : texts) out += "[" + text + "]";
  return out;
}

TEST(CopyBias, GoesOnWhereTheBodyStandsInTheSource) {
  EXPECT_EQ(copying("the cat", ""), "[c][ca][cat][t]");                   // at words only
  EXPECT_EQ(copying("the cat", "c"), "[a]");
  EXPECT_EQ(copying("the cat", "cat"), "[\"][\",]");                      // the end of the source, and so of a word
  EXPECT_EQ(copying("the cat and", "cat"), "[ ][\"][\",]");
  EXPECT_EQ(copying("the cats", "cat"), "[s]");                           // not the end of a word
  EXPECT_EQ(copying("a cat and cats", "ca"), "[t][t and]");               // all places
  EXPECT_EQ(copying("concat", "cat"), "");                                // a copy begins at a word
  EXPECT_EQ(copying("the cat", "bird"), "");
  EXPECT_EQ(copying("", ""), "");
  EXPECT_EQ(copying("cat", "cat and more"), "");
}

TEST(CopyBias, ValuesMayBeginWithPunctuationBehindABlank) {
  EXPECT_EQ(copying("see /etc", ""), "[/][/etc][e][etc][s]");
  EXPECT_EQ(copying("'-2'", ""), "['][-][-2][2]");
}

TEST(CopyBias, QuotationsAreCopiedWhole) {
  EXPECT_EQ(copying("'a cat' is", "a"), "[ ][ cat]");
  EXPECT_EQ(copying("'a cat' is", "a cat"), "[\"][\",][']");
  EXPECT_EQ(copying("'a cat's dog' is", "a cat"), "[']");             // an apostrophe
  EXPECT_EQ(copying("say \"a cat\" now", "a"), "[ ][ cat]");
  EXPECT_EQ(copying("say \"a cat\" now", "a cat"), "[\"][\",][\\]");
  EXPECT_EQ(copying("the 'a cat with", "a"), "[ ][ cat][\"][\",]");   // is not closed
}

TEST(CopyBias, PathsAndAddressesAreOneValue) {
  EXPECT_EQ(copying("see /etc/host now", "/etc"), "[/]");
  EXPECT_EQ(copying("see /etc/host now", "/etc/"), "[h][host]");
  EXPECT_EQ(copying("see /etc/host now", "/etc/host"), "[ ][\"][\",]");
  EXPECT_EQ(copying("a cat. And", "cat"), "[\"][\",][.]");            // the end of a sentence
  EXPECT_EQ(copying("cat,dog", "cat"), "[\"][\",][,]");
  EXPECT_EQ(copying("my cat's", "cat"), "[\"][\",][']");
}

TEST(CopyBias, TheSourceIsSpelledAsJson) {
  EXPECT_EQ(copying("a\\cat", "a"), "[\\][\\\\]");
  EXPECT_EQ(copying("a\\cat", "a\\\\"), "[c][ca][cat]");
  EXPECT_EQ(copying("a\\ cat", "a\\"), "[\\]");  // a quote would be escaped
  EXPECT_EQ(copying("x\ny", "x"), "[\"][\",][\\]");
  EXPECT_EQ(copying("say \"cat\"", "say "), "[\\]");
  EXPECT_EQ(copying(std::string_view("\x01", 1), "\\u000"), "[1]");
}

TEST(CopyBias, RaisesThoseTokensAlone) {
  const auto vocabulary = words();
  CopyBias bias("the cat", *vocabulary, 2.5f);
  std::vector<float> row(vocabulary->size(), 1.0f);
  EXPECT_EQ(bias.raise(row.data(), "bird"), row.data());
  const float* raised = bias.raise(row.data(), "c");
  for (TokenId id = 0; id < vocabulary->size(); ++id) EXPECT_EQ(raised[id], id == 'a' ? 3.5f : 1.0f) << id;
  EXPECT_EQ(row['a'], 1.0f);
}

/// "c" where the bias of a number makes a character likelier than another, "." where it leaves it, "-" where it makes it less likely.
std::string numbered(std::string_view source, std::string_view body, std::string_view characters) {
  const auto vocabulary = words();
  CopyBias bias(source, *vocabulary, 1);
  const std::vector<float> row(vocabulary->size(), 0.0f);
  const float* raised = bias.raise_number(row.data(), body);
  std::string out;
  for (const char c : characters) out += raised[static_cast<uint8_t>(c)] > 0 ? c : raised[static_cast<uint8_t>(c)] < 0 ? '-' : '.';
  return out;
}

TEST(CopyBias, NumbersGoOnAndEndAsInTheSource) {
  EXPECT_EQ(numbered("pay 1000 at 5%", "1", "0123,}"), "0.....");
  EXPECT_EQ(numbered("pay 1000 at 5%", "1000", "01.e,}"), "----..");
  EXPECT_EQ(numbered("pay 1000 at 5%", "10000", "01.e,}"), "......");  // no copy
  EXPECT_EQ(numbered("5 or 50", "5", "01.,"), ".--.");                // may end or go on
  EXPECT_EQ(numbered("from -2.5 to 7", "-2", ".50"), "...");
  EXPECT_EQ(numbered("from -2.5 to 7", "-2.", "05"), ".5");
  EXPECT_EQ(numbered("nothing", "3", "0123.,"), "......");
}

TEST(CopyBias, FindsTheNumbersOfTheSource) {
  const auto found = [](std::string_view text) {
    std::string out;
    for (const std::string& number : numbers_in(text)) out += "[" + number + "]";
    return out;
  };
  EXPECT_EQ(found("add 3 and -4.50, then .5"), "[3][-4.50][0.5]");
  EXPECT_EQ(found("$1,234,567.89 or 1,2,3 or 12,34 or 1234,567"), "[1234567.89][1][2][3][12][34][1234][567]");
  EXPECT_EQ(found("2024-11-19 at 08:05"), "[2024][11][19][8][5]");
  EXPECT_EQ(found("route66 x2 007 0.0 5. 3-2"), "[7][0.0][5][3][2]");
  EXPECT_EQ(found("-"), "");
  EXPECT_EQ(found("."), "");
  EXPECT_EQ(found("-7"), "[-7]");
}

TEST(CopyBias, FindsTheNumberAtTheEnd) {
  EXPECT_EQ(number_body("{\"a\": 12"), "12");
  EXPECT_EQ(number_body("{\"a\": -"), "-");
  EXPECT_EQ(number_body("{\"a\":[1, 2.5e"), "2.5e");
  EXPECT_EQ(number_body("{\"a\": "), "");
  EXPECT_EQ(number_body("{\"a\": tru"), "");
  EXPECT_EQ(number_body("{\"a\": true"), "");
  EXPECT_EQ(number_body("12"), "");
  EXPECT_EQ(number_body("{\"a\": [[1, -2], [3"), "3");
  EXPECT_EQ(number_body("{\"a\": \"room: 5"), "");
  EXPECT_EQ(number_body("{\"a\": \"at 8, 15"), "");
  EXPECT_EQ(number_body(""), "");
}

TEST(CopyBias, FindsTheBodyOfTheString) {
  EXPECT_EQ(string_body("{\"a\": \"x\", \"b\": \"cat"), "cat");
  EXPECT_EQ(string_body("{\"a\": \"say \\\"hi\\\\\\\" no"), "say \\\"hi\\\\\\\" no");
  EXPECT_EQ(string_body("{\"a\": \"c:\\\\\", \"b\": \""), "");
  EXPECT_EQ(string_body("none"), "none");
}

}  // namespace
}  // namespace surecall
