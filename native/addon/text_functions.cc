#include "addon/text_functions.h"

#include <cmath>
#include <deque>
#include <limits>

#include "addon/convert.h"
#include "program/text_cache.h"

namespace surecall::addon {
namespace {

/// A specification that owns its patterns.
struct OwnedSpec {
  TextSpec spec;
  std::deque<std::string> texts;  // their places stay
};

void add_patterns(OwnedSpec& out, Options& options, const char* key, TextPattern::Kind kind, bool negated) {
  constexpr uint32_t kMost = 1000;  // as Program::parse
  const Napi::Value value = options.get(key);
  if (value.IsUndefined()) return;
  if (!value.IsArray()) wrong_type(key, "an array of strings");
  const auto array = value.As<Napi::Array>();
  if (array.Length() > kMost) out_of_range(std::string(key) + " has more than 1000 patterns");
  for (uint32_t i = 0; i < array.Length(); ++i) {
    out.texts.push_back(to_text(array.Get(i), std::string(key) + "[" + std::to_string(i) + "]"));
    out.spec.patterns.push_back({out.texts.back(), kind, negated});
  }
}

/// In the order of the builder's textValue, so that both share what is cached.
OwnedSpec to_spec(const Napi::Value& value) {
  constexpr uint32_t kUnbounded = 0xffffffff;
  Options options(value, "the text options");
  OwnedSpec out;
  add_patterns(out, options, "match", TextPattern::Kind::regex, false);
  add_patterns(out, options, "multipleOf", TextPattern::Kind::multiple, false);
  add_patterns(out, options, "avoid", TextPattern::Kind::regex, true);
  out.spec.min = static_cast<uint32_t>(options.integer("min", 0, 0, kUnbounded - 1));
  const Napi::Value max = options.get("max");
  const bool is_infinite = max.IsNumber() && max.As<Napi::Number>().DoubleValue() == std::numeric_limits<double>::infinity();
  if (!is_infinite) out.spec.max = static_cast<uint32_t>(options.integer("max", kUnbounded, 0, kUnbounded));
  options.get("spelling");  // counts characters, however spelled
  options.done();
  return out;
}

uint64_t count(const Napi::Value& value, uint64_t limit) {
  const OwnedSpec owned = to_spec(value);
  if (owned.spec.min > owned.spec.max) return 0;
  return count_texts(owned.spec, *TextCache::shared().patterns(owned.spec), limit);
}

}  // namespace

Napi::Value text_count(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] {
    const uint64_t limit = to_integer(info[1], "the limit", 0, std::numeric_limits<uint64_t>::max());
    return Napi::Number::New(info.Env(), static_cast<double>(count(info[0], limit)));
  });
}

Napi::Value text_is_satisfiable(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&] { return Napi::Boolean::New(info.Env(), count(info[0], 1) > 0); });
}

}  // namespace surecall::addon
