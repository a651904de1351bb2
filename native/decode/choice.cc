#include "decode/choice.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "mask/kernels/kernels.h"
#include "support/hash.h"

namespace surecall {
namespace {

constexpr float kLowest = -std::numeric_limits<float>::infinity();

// A model with broken weights says NaN: never a reason to choose a token.
float usable(float logit) { return std::isnan(logit) ? kLowest : logit; }

bool likelier(const Alternative& a, const Alternative& b) {
  return a.logprob != b.logprob ? a.logprob > b.logprob : a.token < b.token;
}

}  // namespace

TokenId likeliest(const float* logits, uint32_t size, const Mask& mask) {
  if (!mask.is_list()) return kernels().masked_argmax(logits, size, mask.words().data()).id;
  TokenId best = mask.ids().front();
  for (const TokenId id : mask.ids()) {
    if (usable(logits[id]) > usable(logits[best])) best = id;
  }
  return best;
}

Chooser::Chooser(const Vocabulary& vocabulary, const Sampling& sampling)
    : vocabulary_(vocabulary), sampling_(sampling), none_(vocabulary.mask_words()) {}

Choice Chooser::choose(const float* logits, const Mask& mask, size_t position) {
  Choice choice;
  choice.allowed = mask.count();
  const TokenId best = likeliest(logits, vocabulary_.size(), mask);
  choice.token = sampling_.temperature > 0 && mask.count() > 1 ? draw(logits, mask, best, position) : best;
  choice.ends = vocabulary_.ends_generation(choice.token);

  const Sums s = sums(logits, mask, usable(logits[best]));
  if (!std::isfinite(s.best) || !(s.allowed > 0)) {
    choice.logprob = -std::log(static_cast<double>(mask.count()));
    choice.removed_mass = 1;
    return choice;
  }
  choice.logprob = usable(logits[choice.token]) - s.best - std::log(s.allowed);
  choice.removed_mass = s.all > 0 ? std::clamp(1 - s.allowed / s.all, 0.0, 1.0) : 0;
  return choice;
}

Choice Chooser::replaced(const Choice& choice, TokenId token, const float* logits) const {
  Choice other = choice;
  const double difference = double{usable(logits[token])} - usable(logits[choice.token]);
  if (std::isfinite(difference)) other.logprob += difference;
  other.token = token;
  other.ends = vocabulary_.ends_generation(token);
  return other;
}

// The inverse of the cumulative distribution, at a point that the seed and the position determine.
TokenId Chooser::draw(const float* logits, const Mask& mask, TokenId likeliest, size_t position) {
  // Beyond this they weigh less together than what rounding does to the sum.
  constexpr double kNegligible = -40;
  const float best = usable(logits[likeliest]);
  if (!std::isfinite(best)) return likeliest;
  pool_.clear();
  mask.for_each([&](TokenId id) {
    const double scaled = (double{usable(logits[id])} - best) / sampling_.temperature;
    if (scaled > kNegligible) pool_.push_back({id, scaled});
  });
  const size_t kept = sampling_.top_k > 0 ? std::min<size_t>(sampling_.top_k, pool_.size()) : pool_.size();
  if (kept < pool_.size() || sampling_.top_p < 1) {
    std::partial_sort(pool_.begin(), pool_.begin() + static_cast<std::ptrdiff_t>(kept), pool_.end(),
                      likelier);
    pool_.resize(kept);
  }
  double total = 0;
  for (Alternative& each : pool_) total += each.logprob = std::exp(each.logprob);
  if (sampling_.top_p < 1) {
    double sum = 0;
    size_t count = 0;
    while (count < pool_.size() && (count == 0 || sum < sampling_.top_p * total)) {
      sum += pool_[count++].logprob;
    }
    pool_.resize(count);
    total = sum;
  }
  constexpr double kTo1 = 1.0 / (uint64_t{1} << 53);
  const uint64_t random = hash_mix(hash_mix(0x5eed, sampling_.seed), position) >> 11;
  double left = static_cast<double>(random) * kTo1 * total;
  for (const Alternative& each : pool_) {
    left -= each.logprob;
    if (left < 0) return each.token;
  }
  return pool_.back().token;
}

Chooser::Sums Chooser::sums(const float* logits, const Mask& mask, float best) const {
  Sums s{best, 0, 0};
  if (!std::isfinite(best)) return s;
  if (!mask.is_list()) {
    kernels().exp_sums(logits, vocabulary_.size(), mask.words().data(), best, &s.all, &s.allowed);
    return s;
  }
  double unused = 0;
  kernels().exp_sums(logits, vocabulary_.size(), none_.data(), best, &s.all, &unused);
  for (const TokenId id : mask.ids()) s.allowed += std::exp(static_cast<double>(usable(logits[id])) - best);
  return s;
}

std::vector<Alternative> Chooser::alternatives(const float* logits, const Mask& mask, size_t count) const {
  std::vector<Alternative> best;
  mask.for_each([&](TokenId id) {
    const Alternative each{id, usable(logits[id])};
    if (best.size() == count && !likelier(each, best.back())) return;
    best.insert(std::upper_bound(best.begin(), best.end(), each, likelier), each);
    if (best.size() > count) best.pop_back();
  });
  if (best.empty()) return best;
  const Sums s = sums(logits, mask, static_cast<float>(best.front().logprob));
  const double total = s.allowed > 0 ? std::log(s.allowed) : 0;
  for (Alternative& each : best) each.logprob -= s.best + total;
  return best;
}

double Chooser::log_total(const float* logits) const {
  float best = kLowest;
  for (uint32_t i = 0; i < vocabulary_.size(); ++i) best = std::max(best, usable(logits[i]));
  if (!std::isfinite(best)) return 0;
  double all = 0, unused = 0;
  kernels().exp_sums(logits, vocabulary_.size(), none_.data(), best, &all, &unused);
  return best + std::log(all);
}

TokenId Chooser::unmasked(const float* logits, bool may_end) const {
  TokenId best = vocabulary_.size();
  for (TokenId id = 0; id < vocabulary_.size(); ++id) {
    if (best < vocabulary_.size() && !(usable(logits[id]) > usable(logits[best]))) continue;
    const bool fits = vocabulary_.ends_generation(id) ? may_end : !vocabulary_.bytes(id).empty();
    if (fits) best = id;
  }
  return best;
}

}  // namespace surecall
