#include "program/text.h"

#include <algorithm>
#include <limits>
#include <string>

#include "program/char_dfa.h"
#include "program/speller.h"
#include "program/text_machine.h"
#include "support/error.h"

namespace surecall {
namespace {

std::string shown(std::string_view text) { return std::string(text.substr(0, 200)) + (text.size() > 200 ? "..." : ""); }

std::string name_of(const TextPattern& pattern) {
  const std::string text = shown(pattern.text);
  return pattern.kind == TextPattern::Kind::multiple ? "multiple of " + text : "pattern /" + text + "/";
}

/// 0.25 is 25 / 10^2.
std::pair<uint32_t, uint32_t> decimal(std::string_view text, const CharDfaContext& context) {
  uint64_t step = 0;
  uint32_t digits = 0;
  bool in_fraction = false;
  for (const char c : text) {
    if (c == '.' && !in_fraction) {
      in_fraction = true;
      continue;
    }
    if (c < '0' || c > '9') context.refuse("is not a decimal number");
    step = step * 10 + static_cast<uint64_t>(c - '0');
    digits += in_fraction;
    if (step > std::numeric_limits<uint32_t>::max() || digits > 1000) context.refuse("is too large or has too many digits");
  }
  if (step == 0) context.refuse("is not positive");
  return {static_cast<uint32_t>(step), digits};
}

/// The product of all patterns over their common classes; without states if no text satisfies them.
CharDfa combine(const TextSpec& spec, const RegexLimits& limits, size_t& steps, CharClasses& classes) {
  std::vector<Nfa> nfas;
  std::vector<CodePoints> sets;
  RegexLimits left = limits;
  for (const TextPattern& p : spec.patterns) {
    const bool is_regex = p.kind == TextPattern::Kind::regex;
    nfas.push_back(is_regex ? parse_text_regex(p.text, left) : Nfa(limits));
    left.nfa_states -= nfas.back().size();
    const std::vector<CodePoints> used = is_regex ? nfas.back().sets() : multiples_sets();
    sets.insert(sets.end(), used.begin(), used.end());
  }
  std::ranges::sort(sets);
  sets.erase(std::ranges::unique(sets).begin(), sets.end());
  classes = CharClasses(sets);

  CharDfa product;
  product.classes = classes.count();
  product.add(true);
  std::ranges::fill(product.next, 0u);
  // What must match first: it keeps the products small.
  for (const bool negated : {false, true}) {
    for (size_t i = 0; i < spec.patterns.size(); ++i) {
      const TextPattern& p = spec.patterns[i];
      if (p.negated != negated) continue;
      const std::string name = name_of(p);
      const CharDfaContext context{limits, steps, name};
      CharDfa dfa;
      if (p.kind == TextPattern::Kind::regex) {
        dfa = determinise(nfas[i], classes, context);
      } else {
        const auto [step, digits] = decimal(p.text, context);
        dfa = multiples(step, digits, classes, context);
      }
      dfa = minimise(trim(dfa));
      if (negated) dfa = complement(dfa);
      const bool is_first = product.size() == 1 && product.accepting[0] && std::ranges::count(product.next, 0u) == std::ssize(product.next);
      product = is_first ? trim(dfa) : minimise(trim(intersect(product, dfa, context)));
      if (product.size() == 0) return product;
    }
  }
  join_classes(product, classes);
  return product;
}

}  // namespace

TextPatterns compile_text_patterns(const TextSpec& spec, const RegexLimits& limits) {
  TextPatterns out;
  size_t steps = 0;
  out.dfa = combine(spec, limits, steps, out.classes);
  out.steps = static_cast<uint32_t>(std::min(steps, size_t{limits.dfa_steps}));
  return out;
}

TextDfa compile_text(const TextSpec& spec, const RegexLimits& limits) {
  return compile_text(spec, compile_text_patterns(spec, limits), limits);
}

TextDfa compile_text(const TextSpec& spec, const TextPatterns& patterns, const RegexLimits& limits) {
  if (spec.min > spec.max || patterns.dfa.size() == 0) return {};
  size_t steps = patterns.steps;
  const CharDfaContext context{limits, steps, "a text value"};
  const CharClasses& classes = patterns.classes;
  const std::vector<uint32_t> bytes_of_class = shortest_spellings(classes, spec.spelling);
  TextMachine machine = bound_lengths(patterns.dfa, spec.min, spec.max, bytes_of_class, context);
  if (machine.rows.size() == 0) return {};

  const uint32_t rows = machine.rows.size();
  Speller speller(classes, spec.spelling, rows, rows + static_cast<uint32_t>(machine.arrivals.size()), context);
  const std::span<const uint32_t> table(machine.rows.next);
  for (uint32_t r = 0; r < rows; ++r) speller.add_row(table.subspan(size_t{r} * machine.rows.classes, machine.rows.classes));
  TextDfa out;
  out.steps = static_cast<uint32_t>(std::min(steps, size_t{limits.dfa_steps}));
  out.accepting = std::move(machine.rows.accepting);
  out.in_loop = std::move(machine.in_loop);
  out.costs = std::move(machine.costs);
  out.arrivals = std::move(machine.arrivals);
  out.iterations = machine.iterations;
  speller.finish(out);
  out.start = machine.start < rows ? machine.start : machine.start - rows + out.rows();
  return out;
}

}  // namespace surecall
