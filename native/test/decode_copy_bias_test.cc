// Which tokens go on copying what the user said.

#include <gtest/gtest.h>

#include "decode/copy_bias.h"
#include "decode/json_tail.h"
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
  for (const auto& [token, by] : CopyBias(source, *vocabulary, 1).copying(body)) texts.emplace_back(vocabulary->bytes(token));
  std::sort(texts.begin(), texts.end());
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
  std::string out;
  for (const std::string& text : texts) out += "[" + text + "]";
  return out;
}

TEST(CopyBias, GoesOnWhereTheBodyStandsInTheSource) {
  EXPECT_EQ(copying("the cat", ""), "[cat][t]");                          // at words only, as the tokenizer spells them
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
  EXPECT_EQ(copying("see /etc", ""), "[/etc][etc][s]");
  EXPECT_EQ(copying("'-2'", ""), "['][-2][2]");
}

TEST(CopyBias, QuotationsAreCopiedWhole) {
  EXPECT_EQ(copying("'a cat' is", "a"), "[ cat]");
  EXPECT_EQ(copying("'a cat' is", "a cat"), "[\"][\",][']");
  EXPECT_EQ(copying("'a cat's dog' is", "a cat"), "[']");             // an apostrophe
  EXPECT_EQ(copying("say \"a cat\" now", "a"), "[ cat]");
  EXPECT_EQ(copying("say \"a cat\" now", "a cat"), "[\"][\",][\\]");
  EXPECT_EQ(copying("the 'a cat with", "a"), "[ cat][\"][\",]");   // is not closed
}

TEST(CopyBias, PathsAndAddressesAreOneValue) {
  EXPECT_EQ(copying("see /etc/host now", "/etc"), "[/]");
  EXPECT_EQ(copying("see /etc/host now", "/etc/"), "[host]");
  EXPECT_EQ(copying("see /etc/host now", "/etc/host"), "[ ][\"][\",]");
  EXPECT_EQ(copying("a cat. And", "cat"), "[\"][\",][.]");            // the end of a sentence
  EXPECT_EQ(copying("cat,dog", "cat"), "[\"][\",][,]");
  EXPECT_EQ(copying("my cat's", "cat"), "[\"][\",][']");
  EXPECT_EQ(copying("my cat's dog", "cat"), "[\"][\",][']");
  EXPECT_EQ(copying("cat'x dog", "cat"), "[']");                      // inside a word
  EXPECT_EQ(copying("cat'", "cat"), "[\"][\",][']");
}

TEST(CopyBias, TheSourceIsSpelledAsJson) {
  EXPECT_EQ(copying("a\\cat", "a"), "[\\\\]");
  EXPECT_EQ(copying("a\\cat", "a\\\\"), "[cat]");
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

TEST(CopyBias, WhatWasCopiedGetsNoBias) {
  const auto vocabulary = words();
  CopyBias bias("the cat and the dog", *vocabulary, 2);
  const std::vector<float> row(vocabulary->size(), 0.0f);
  const auto raise = [&](std::string_view body, std::string_view token) { return bias.raise(row.data(), body)[vocabulary->tokenize(token).front()]; };
  const std::vector<std::string_view> used = {"cat", "bird", ""};
  bias.set_used(used);
  EXPECT_EQ(raise("", "cat"), 0);
  EXPECT_EQ(raise("", "dog"), 1) << "half of the bias where a copy begins";
  EXPECT_EQ(raise("", "t"), 1) << "a word before what was copied";
  EXPECT_EQ(raise("ca", "t"), 0);
  EXPECT_EQ(raise("cat", "\""), 0);
  EXPECT_EQ(raise("the", " cat"), 2) << "a copy that began before";
  bias.set_used({});
  EXPECT_EQ(raise("", "cat"), 1);
  EXPECT_EQ(raise("ca", "t"), 2);
}

TEST(CopyBias, MentionedValuesOfAListAreLikelier) {
  const auto vocabulary = words();
  const std::vector<std::string> mentioned = {"cat", "etc\n"};
  CopyBias bias("", *vocabulary, 2, mentioned);
  const std::vector<float> row(vocabulary->size(), 0.0f);
  const auto raise = [&](std::string_view body, char c) { return bias.raise_listed(row.data(), body)[static_cast<uint8_t>(c)]; };
  EXPECT_FLOAT_EQ(raise("", 'c'), 2.8f) << "the first one";
  EXPECT_EQ(raise("", 'e'), 2);
  EXPECT_EQ(raise("", 'd'), 0);
  EXPECT_FLOAT_EQ(raise("ca", 't'), 2.8f);
  EXPECT_FLOAT_EQ(raise("cat", '"'), 2.8f);
  EXPECT_EQ(raise("cat", 's'), 0);
  EXPECT_FLOAT_EQ(raise("etc", '\\'), 2.8f) << "as JSON spells it";
  const std::vector<std::string_view> used = {"cat"};
  bias.set_used(used);
  EXPECT_EQ(raise("", 'c'), 0);
  EXPECT_FLOAT_EQ(raise("", 'e'), 2.8f) << "the first one that is left";
}

TEST(CopyBias, PlacesAreLikelierByWhatSpeaksForThem) {
  const auto vocabulary = words();
  const std::string source = "\"a\" cat dog, 7 or 8";  // what is spelled in two bytes moves what is behind it
  const auto at = [&](const char* text) { return static_cast<uint32_t>(source.find(text)); };
  const CopyPlaces places = {{"", {{at("cat"), 1.0f}, {at("dog"), -1.0f}}}, {"pet", {{at("dog"), 4.0f}, {at("8"), 3.0f}}}};
  CopyBias bias(source, *vocabulary, 2, {}, places);
  const std::vector<float> row(vocabulary->size(), 0.0f);
  const auto raise = [&](std::string_view body, std::string_view token) { return bias.raise(row.data(), body)[vocabulary->tokenize(token).front()]; };
  const auto number = [&](char digit) { return bias.raise_number(row.data(), "")[static_cast<uint8_t>(digit)]; };
  EXPECT_EQ(raise("", "cat"), 2);
  EXPECT_EQ(raise("", "dog"), 0);
  EXPECT_EQ(raise("cat", " dog"), 1) << "a copy goes on into words as they are likely to begin one";
  EXPECT_EQ(raise("cat", "\""), 2);
  EXPECT_EQ(number('8'), 0);
  bias.set_used({}, "pet");
  EXPECT_EQ(raise("", "cat"), 2);
  EXPECT_EQ(raise("", "dog"), 4);
  EXPECT_EQ(raise("cat", " dog"), 1) << "whatever the member";
  EXPECT_EQ(number('7'), 0);
  EXPECT_EQ(number('8'), 3);
  const std::vector<std::string_view> used = {"8"};
  bias.set_used(used, "pet");
  EXPECT_EQ(number('8'), -2) << "it has its place";
  bias.set_used({}, "other");
  EXPECT_EQ(number('8'), 0);
}

TEST(CopyBias, EachValueUsesOnePlace) {
  const auto vocabulary = words();
  CopyBias bias("cat by cat, 5 by 5 by 51", *vocabulary, 2);
  const std::vector<float> row(vocabulary->size(), 0.0f);
  const auto raise = [&] { return bias.raise(row.data(), "")[vocabulary->tokenize("cat").front()]; };
  const auto number = [&](std::string_view body, char c) { return bias.raise_number(row.data(), body)[static_cast<uint8_t>(c)]; };
  std::vector<std::string_view> used = {"cat", "5"};
  bias.set_used(used);
  EXPECT_EQ(raise(), 1);
  EXPECT_EQ(number("", '5'), 0);
  EXPECT_EQ(number("5", '1'), 0) << "51 goes on, 5 ends";
  used = {"cat", "5", "5", "cat"};
  bias.set_used(used);
  EXPECT_EQ(raise(), 0);
  EXPECT_EQ(number("", '5'), 0) << "51 is left";
  EXPECT_EQ(number("5", '1'), 2) << "and likelier than that 5 ends";
  used = {"5 by 51"};
  bias.set_used(used);
  EXPECT_EQ(number("5", '1'), -2) << "numbers inside a text are used, too; the other 5 ends";
  used = {"5", "51", "5"};
  bias.set_used(used);
  EXPECT_EQ(number("", '5'), -2);
  EXPECT_EQ(number("", '7'), 0);
}

TEST(CopyBias, FindsTheNumbersOfTheSource) {
  const auto found = [](std::string_view text) {
    std::string out;
    for (const SaidNumber& number : numbers_in(text)) out += "[" + number.spelled + "]";
    return out;
  };
  EXPECT_EQ(found("add 3 and -4.50, then .5"), "[3][-4.50][0.5]");
  EXPECT_EQ(found("$1,234,567.89 or 1,2,3 or 12,34 or 1234,567"), "[1234567.89][1][2][3][12][34][1234][567]");
  EXPECT_EQ(found("1e-9, 2.5E6, 3e+2x 4e 5ex -6e1"), "[1e-9][2.5E6][3][2][4][5][-6e1]");
  EXPECT_EQ(found("2024-11-19 at 08:05"), "[2024][11][19][8][5]");
  EXPECT_EQ(found("route66 x2 007 0.0 5. 3-2"), "[7][0.0][5][3][2]");
  EXPECT_EQ(found("-"), "");
  EXPECT_EQ(found("."), "");
  EXPECT_EQ(found("-7"), "[-7]");
}

TEST(JsonTail, FindsTheValuesSoFar) {
  const auto found = [](std::string_view text) {
    std::string out;
    for (const std::string_view value : values_so_far(text).complete) out += "[" + std::string(value) + "]";
    return out;
  };
  EXPECT_EQ(found(R"({"a": "x", "b": [1, -2.5], "c": {"d": "e \"f\"", "g": "h)"), R"([x][1][-2.5][e \"f\"])");
  EXPECT_EQ(found(R"({"a": 12)"), "") << "may go on";
  EXPECT_EQ(found(R"({"a": 12, "b": true, "c": null, "d": ")"), "[12]");
  EXPECT_EQ(found(R"({"a": 1}, {"b": "x", )"), "[x]") << "each object by itself";
  EXPECT_EQ(found(R"([{"a": {"b": 1}, "c": ")"), "[1]");
  EXPECT_EQ(found("It's 5\" wide.\n{\"a\": \"x\", "), "[x]");
  EXPECT_EQ(found("}}{\"a\": 3,"), "[3]");
  EXPECT_EQ(found("\""), "");
  EXPECT_EQ(found(""), "");
}

TEST(JsonTail, FindsTheOpenString) {
  EXPECT_EQ(values_so_far("{\"a\": \"x").open_string, "x");
  EXPECT_EQ(values_so_far("{\"a\": 1, \"b\": [2, ").member, "b");
  EXPECT_EQ(values_so_far("{\"a").member, "");
  EXPECT_EQ(values_so_far("{\"a\": [\"x\", \"").open_string, "");
  EXPECT_EQ(values_so_far("{\"a\": \"x \\\" y").open_string, "x \\\" y");
  for (const char* text : {"{\"a\": \"x\"", "{\"a\": 5", "in \"prose", ""}) EXPECT_EQ(values_so_far(text).open_string, std::nullopt) << text;
}

TEST(JsonTail, KnowsWhereAMemberBegins) {
  for (const char* text : {"{\"a\":", "{\"a\": ", "\":  "}) EXPECT_TRUE(starts_member(text)) << text;
  for (const char* text : {"", ":", "{\"a\": 1", "{\"a\"", "a: ", "  "}) EXPECT_FALSE(starts_member(text)) << text;
}

TEST(JsonTail, FindsTheNumberAtTheEnd) {
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

TEST(JsonTail, FindsTheBodyOfTheString) {
  EXPECT_EQ(string_body("{\"a\": \"x\", \"b\": \"cat"), "cat");
  EXPECT_EQ(string_body("{\"a\": \"say \\\"hi\\\\\\\" no"), "say \\\"hi\\\\\\\" no");
  EXPECT_EQ(string_body("{\"a\": \"c:\\\\\", \"b\": \""), "");
  EXPECT_EQ(string_body("none"), "none");
}

}  // namespace
}  // namespace surecall
