// The decoding loop with a model that knows what it wants to say: bare quotes, drafts, the forced tail,
// budgets.

#include <gtest/gtest.h>

#include "decode/decoder.h"
#include "decode/llama_vocabulary.h"
#include "decode_support.h"
#include "decode_wishful_model.h"
#include "support/error.h"

namespace surecall {
namespace {

using test::WishfulModel;

std::string greet(const std::string& body) {
  return "{\"name\": \"greet\", \"arguments\": {\"name\": \"" + body + "\"}}\n</tool_call>";
}

class DecoderTest : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = test::qwen_vocabulary().empty() ? test::test_model() : test::qwen_vocabulary();
    if (path.empty()) GTEST_SKIP() << "neither vendor/llama.cpp nor models/surecall-nano.gguf is there";
    static const auto loaded = load_vocabulary(path);
    vocabulary_ = loaded;
  }

  GenerateRequest request(bool lenient) {
    GenerateRequest r;
    r.answer = Template::compile(vocabulary_, test::call_program(lenient));
    r.lenient = lenient;
    r.max_tokens = 120;
    r.trace = true;
    return r;
  }
  GenerateResult decode(const GenerateRequest& r, const std::string& wish, Drafting* drafting = nullptr) {
    WishfulModel model(*vocabulary_, wish);
    GenerateResult result = Decoder(r, {0}, model, nullptr, drafting).run(model);
    EXPECT_EQ(result.model_steps, model.evaluations);
    EXPECT_EQ(vocabulary_->detokenize(result.tokens), result.text);
    const bool ended = !result.choices.empty() && result.choices.back().ends;
    EXPECT_EQ(result.forwarded_tokens + result.sampled_tokens, result.tokens.size() + ended);
    longest_ = model.longest;
    evaluated_ = model.evaluated;
    return result;
  }
  std::string text(const GenerateRequest& r, const std::string& wish) { return decode(r, wish).text; }

  std::shared_ptr<const Vocabulary> vocabulary_;
  size_t longest_ = 0, evaluated_ = 0;
};

TEST_F(DecoderTest, WritesWhatTheModelWants) {
  for (const bool lenient : {false, true}) {
    GenerateRequest r = request(lenient);
    for (const bool fast : {true, false}) {
      r.fast_forward = fast;
      for (const std::string& wish :
           {greet("Ann"), greet(""), greet("Ann O'Neill, the 3rd"), greet("tab\\tnew\\nline \\\\ slash"),
            std::string("{\"name\": \"add\", \"arguments\": {\"a\": -17, \"b\": 2048}}\n</tool_call>")}) {
        EXPECT_EQ(text(r, wish), wish);
      }
    }
  }
}

TEST_F(DecoderTest, BareQuotesInLenientStringsAreEscaped) {
  GenerateRequest r = request(true);
  for (const bool fast : {true, false}) {
    r.fast_forward = fast;
    EXPECT_EQ(text(r, greet("say \"hi\" now")), greet("say \\\"hi\\\" now"));
    EXPECT_EQ(text(r, greet("\"hi\" now")), greet("\\\"hi\\\" now"));
    EXPECT_EQ(text(r, greet("a \"b\", c")), greet("a \\\"b\\\", c"));
    // A quote that is followed by one: the first is content, because a quote cannot follow a string.
    EXPECT_EQ(text(r, greet("say \"hi\"")), greet("say \\\"hi\\\""));
  }
}

TEST_F(DecoderTest, StrictStringsEndAtTheFirstQuote) {
  EXPECT_EQ(text(request(false), greet("say \"hi\" now")), greet("say "));
}

TEST_F(DecoderTest, EscapedQuotesAreCountedAndTraced) {
  const GenerateResult result = decode(request(true), greet("say \"hi\" now"));
  EXPECT_EQ(result.escaped_quotes, 2u);
  size_t escaped = 0;
  for (const Choice& choice : result.choices) {
    if (!choice.escaped) continue;
    ++escaped;
    EXPECT_TRUE(result.text.substr(choice.begin, choice.end - choice.begin).ends_with("\\\""));
  }
  EXPECT_EQ(escaped, 2u);
  // Choices cover disjoint parts of the text, in order.
  size_t at = 0;
  for (const Choice& choice : result.choices) {
    EXPECT_LE(at, choice.begin);
    EXPECT_LE(choice.begin, choice.end);
    at = choice.end;
  }
  std::vector<TokenId> traced;
  for (const TraceStep& step : result.trace) {
    if (!step.is_choice || !step.choice.escaped)
      traced.insert(traced.end(), step.tokens.begin(), step.tokens.end());
  }
  EXPECT_EQ(traced, result.tokens);
}

TEST_F(DecoderTest, PeekingCostsNothingWhereTheStringIsClosed) {
  const std::string wish = greet("Ann");
  const GenerateResult strict = decode(request(false), wish), lenient = decode(request(true), wish);
  EXPECT_EQ(lenient.text, strict.text);
  EXPECT_LE(lenient.model_steps,
            strict.model_steps + 1);  // the quote itself: behind it everything is determined
}

TEST_F(DecoderTest, LenientAnswersAreCompleteAtEveryBudget) {
  GenerateRequest r = request(true);
  Matcher matcher(r.answer);
  const uint32_t needed = matcher.tokens_to_accept(1000);
  for (uint32_t budget = needed; budget < needed + 40; ++budget) {
    r.max_tokens = budget;
    for (const std::string& wish : {greet("say \"hi\" and \"ho\" and \"hey\""), greet(std::string(200, '"')),
                                    greet(std::string(200, 'x'))}) {
      const GenerateResult result = decode(r, wish);
      EXPECT_LE(result.tokens.size(), budget);
      Matcher check(r.answer);
      EXPECT_TRUE(check.accept_bytes(result.text) && check.accepting()) << result.text;
    }
  }
}

TEST_F(DecoderTest, TheForcedTailIsNeverEvaluated) {
  GenerateRequest r = request(false);
  r.answer = Template::compile(vocabulary_,
                               test::call_program(false, "\n</tool_call>\nand so on and so on and so on"));
  const GenerateResult result = decode(r, greet("Ann"));
  const size_t tail = vocabulary_->tokenize("\n</tool_call>\nand so on and so on and so on").size();
  EXPECT_LE(longest_, 1 + result.tokens.size() - tail);
}

TEST_F(DecoderTest, AnAnswerThatIsDeterminedNeedsNoModel) {
  test::ProgramWriter w;
  GenerateRequest r = request(false);
  r.answer = Template::compile(vocabulary_, w.finish(w.bytes("nothing to choose here")));
  const GenerateResult result = decode(r, "something else");
  EXPECT_EQ(result.text, "nothing to choose here");
  EXPECT_EQ(result.model_steps, 0u);
  EXPECT_EQ(result.forwarded_tokens, result.tokens.size());
  EXPECT_EQ(result.tokens, vocabulary_->tokenize(result.text));
}

TEST_F(DecoderTest, FastForwardSavesSteps) {
  GenerateRequest r = request(false);
  const GenerateResult fast = decode(r, greet("Ann"));
  r.fast_forward = false;
  const GenerateResult slow = decode(r, greet("Ann"));
  EXPECT_EQ(fast.tokens, slow.tokens);
  EXPECT_EQ(slow.model_steps, slow.tokens.size());
  EXPECT_LT(fast.model_steps * 3, slow.model_steps);
}

TEST_F(DecoderTest, TheModelMayEndAnAnswerThatMayGoOn) {
  test::ProgramWriter w;
  GenerateRequest r = request(false);
  r.answer = Template::compile(vocabulary_, w.finish(w.regex("[0-9]{1,20}")));
  const GenerateResult ended = decode(r, "123");
  EXPECT_EQ(ended.text, "123");
  EXPECT_EQ(ended.finish, FinishReason::stop);
  EXPECT_TRUE(ended.choices.back().ends);
  r.max_tokens = 2;
  const GenerateResult cut = decode(r, "12345678901234567890");
  EXPECT_EQ(cut.finish, FinishReason::length);
  EXPECT_EQ(cut.tokens.size(), 2u);
}

TEST_F(DecoderTest, DraftsSaveStepsAndChangeNothing) {
  const std::string add = R"({"name": "add", "arguments": {"a": 265, "b": -34567}})" "\n</tool_call>";
  struct Case {
    std::string source, wish;
    bool saves;
  };
  const Case cases[] = {{"What is the sum of 265 and -34567?", add, true},
                        {"Say hello to Mr Maximilian Alexander Smith, please", greet("Mr Maximilian Alexander Smith"), true},
                        {"Say hello to Maximilian", greet("Maxwell, who is someone else"), false},
                        {"Greet 'the whole of the team' now", greet("the whole of the team"), true},
                        {"say \"hi\" now", greet("say \"hi\" now"), false},
                        {"", add, false}};
  for (const Case& each : cases) {
    for (const bool lenient : {false, true}) {
      for (const float temperature : {0.0f, 1.5f}) {
        GenerateRequest r = request(lenient);
        r.draft_source = each.source;
        r.sampling.temperature = temperature;
        r.sampling.seed = 5;
        const GenerateResult plain = decode(r, each.wish);
        Drafting drafting;
        const GenerateResult drafted = decode(r, each.wish, &drafting);
        EXPECT_EQ(drafted.tokens, plain.tokens);
        EXPECT_EQ(drafted.text, plain.text);
        EXPECT_EQ(drafted.sampled_tokens, plain.sampled_tokens);
        EXPECT_EQ(drafted.escaped_quotes, plain.escaped_quotes);
        EXPECT_LE(drafted.model_steps, plain.model_steps);
        EXPECT_LE(drafted.accepted_draft_tokens, drafted.draft_tokens);
        if (each.saves && temperature == 0) {
          EXPECT_LT(drafted.model_steps, plain.model_steps) << each.source;
        }
        if (temperature > 0) continue;
        // At other budgets, too.
        Matcher matcher(r.answer);
        for (uint32_t budget = matcher.tokens_to_accept(1000); budget < plain.tokens.size(); budget += 6) {
          r.max_tokens = budget;
          EXPECT_EQ(decode(r, each.wish, &drafting).text, decode(r, each.wish).text) << budget;
        }
      }
    }
  }
}

TEST_F(DecoderTest, DraftsThatFailAreGivenUp) {
  GenerateRequest r = request(false);
  r.draft_source = "Greet Ann or Bob or Carl or Dave or Eve";
  Drafting drafting;
  uint32_t first = 0, last = 0;
  for (int i = 0; i < 60; ++i) {
    const uint32_t guessed = decode(r, greet("Anton"), &drafting).draft_tokens;
    if (i == 0) first = guessed;
    if (i >= 50) last = std::max(last, guessed);
  }
  EXPECT_LT(last, first);
  EXPECT_LT(drafting.rate(GuessKind::start), 0.3);
}

TEST_F(DecoderTest, DraftsAreShorterWhereStepsAreShared) {
  GenerateRequest r = request(false);
  r.draft_source = "Say hello to Mr Maximilian Alexander Smith, please";
  uint32_t alone = 0;
  for (const size_t active : {1, 4, 64}) {
    Drafting drafting;
    drafting.active = active;
    const uint32_t drafted = decode(r, greet("Mr Maximilian Alexander Smith"), &drafting).draft_tokens;
    if (active == 1) alone = drafted;
    if (active == 64) {
      EXPECT_LT(drafted, alone);
    }
  }
}

TEST_F(DecoderTest, ATeacherLeavesAllTheWorkToTheModel) {
  for (const bool lenient : {false, true}) {
    for (const std::string& wish : {greet("Ann"), greet("Ann and Bob, the third"), greet(""),
                                    std::string("{\"name\": \"add\", \"arguments\": {\"a\": -17, \"b\": 2048}}\n</tool_call>")}) {
      GenerateRequest r = request(lenient);
      const GenerateResult willing = decode(r, wish);
      const size_t evaluated = evaluated_;
      ASSERT_EQ(willing.text, wish);
      // A model that wants something else, made to write the same.
      r.teacher = wish;
      const GenerateResult taught = decode(r, greet("something else, and much longer"));
      EXPECT_EQ(taught.text, wish);
      EXPECT_EQ(taught.tokens.size(), willing.tokens.size());
      EXPECT_EQ(taught.model_steps, willing.model_steps);
      EXPECT_EQ(taught.sampled_tokens, willing.sampled_tokens);
      EXPECT_EQ(evaluated_, evaluated);
      ASSERT_EQ(taught.choices.size(), willing.choices.size());
      for (const Choice& choice : taught.choices) {
        EXPECT_GT(choice.allowed, 0u);
        EXPECT_LE(choice.logprob, 1e-6);
      }
    }
  }
}

TEST_F(DecoderTest, ATeacherThatLeavesTheMaskIsAnError) {
  GenerateRequest r = request(false);
  const auto error = [&](const std::string& teacher) -> std::string {
    r.teacher = teacher;
    try {
      text(r, greet("Ann"));
    } catch (const Error& e) {
      EXPECT_EQ(e.code(), "SURECALL_TEACHER");
      return e.what();
    }
    return "";
  };
  EXPECT_EQ(error(greet("Ann")), "");
  EXPECT_NE(error("{\"nome\": \"greet\"").find("byte 3,"), std::string::npos);
  EXPECT_NE(error("{\"name\": \"add\", \"arguments\": {\"a\": seven").find("byte 35,"), std::string::npos);
  EXPECT_NE(error("{\"name\": \"greet\", \"arguments\": {\"name\": \"An").find("the text ends"), std::string::npos);
  EXPECT_NE(error(greet("Ann") + " and more").find("the answer is complete"), std::string::npos);
}

TEST_F(DecoderTest, SaysHowManyTokensAreNeeded) {
  GenerateRequest r = request(false);
  r.max_tokens = 3;
  try {
    text(r, greet("Ann"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), "SURECALL_BUDGET_TOO_SMALL");
    EXPECT_NE(std::string(error.what()).find("needs "), std::string::npos);
  }
}

/// What a listener puts together from the parts.
struct Heard {
  std::string text;
  std::vector<CaptureMark> marks;
  std::vector<Choice> choices;
  size_t settled = 0, parts = 0;

  void take(Progress& progress) {
    std::optional<Progress::Part> part = progress.take();
    if (!part) return;
    ++parts;
    text += part->text;
    EXPECT_GE(part->settled, settled);
    settled = part->settled;
    for (const CaptureMark& mark : part->marks) EXPECT_LE(mark.offset, settled);
    marks.insert(marks.end(), part->marks.begin(), part->marks.end());
    choices.insert(choices.end(), part->choices.begin(), part->choices.end());
  }
};

TEST_F(DecoderTest, WhoListensHearsAllOfIt) {
  for (const bool lenient : {false, true}) {
    for (const bool is_slow : {false, true}) {
      for (const std::string& wish : {greet("Ann"), greet("say \"hi\" now"), std::string("{\"name\": \"add\", \"arguments\": {\"a\": -17, \"b\": 2048}}\n</tool_call>")}) {
        GenerateRequest r = request(lenient);
        Heard heard;
        Progress* listener = nullptr;
        size_t woken = 0;
        r.progress = std::make_shared<Progress>(r.answer, [&] {
          ++woken;
          if (!is_slow) heard.take(*listener);
        });
        listener = r.progress.get();
        const GenerateResult result = decode(r, wish);
        EXPECT_EQ(woken, is_slow ? 1u : heard.parts);
        if (is_slow) heard.take(*listener);
        if (!is_slow) { EXPECT_GT(heard.parts, 2u); }
        EXPECT_FALSE(listener->take().has_value());
        EXPECT_EQ(heard.text, result.text);
        EXPECT_EQ(heard.settled, result.text.size());
        EXPECT_EQ(heard.choices.size(), result.choices.size());
        ASSERT_EQ(heard.marks.size(), 2 * result.captures.size());
        size_t opened = 0;
        for (const CaptureMark& mark : heard.marks) {
          if (!mark.opens) continue;
          EXPECT_EQ(listener->name_of(mark), result.captures[opened].name);
          EXPECT_EQ(mark.offset, result.captures[opened++].begin);
        }
      }
    }
  }
}

TEST_F(DecoderTest, StopStringsEndTextThatMayEnd) {
  test::ProgramWriter w;
  // Text, or text and a call, which nothing may cut.
  const auto text = w.capture("content", w.regex("[^<]*"));
  const auto call = w.sequence({w.bytes("<"), w.capture("call", w.regex("[^>]*")), w.bytes(">")});
  GenerateRequest r;
  r.answer = Template::compile(vocabulary_, w.finish(w.sequence({text, w.repeat(w.sequence({call, text}), 0, Program::kUnbounded)})));
  r.max_tokens = 60;
  const std::string wish = "one two <one two> three one";
  struct Row {
    std::vector<std::string> stop;
    std::string text;
  };
  for (const Row& row : {Row{{}, wish}, {{"two"}, "one "}, {{"three"}, "one two <one two> "}, {{"wo>", "e o"}, "one two <one two> thre"}, {{"one"}, ""},
                         {{"two <"}, wish}, {{"> thr"}, wish}, {{"xyz", "o t"}, wish}, {{"n", "e tw"}, "o"}, {{wish}, wish}, {{" one"}, "one two <one two> three"}}) {
    r.stop = row.stop;
    Heard heard;
    r.progress = std::make_shared<Progress>(r.answer, [&] { heard.take(*r.progress); });
    WishfulModel model(*vocabulary_, wish);
    const GenerateResult result = Decoder(r, {0}, model, nullptr).run(model);
    EXPECT_EQ(result.text, row.text);
    EXPECT_EQ(result.finish, FinishReason::stop);
    EXPECT_EQ(heard.settled, result.text.size()) << "text was told that the stop string took back";
    EXPECT_EQ(heard.text.substr(0, heard.settled), result.text);
    for (const Choice& choice : result.choices) EXPECT_LE(choice.end, result.text.size());
  }
}

}  // namespace
}  // namespace surecall
