#include "decode/copy_bias.h"

#include <algorithm>

#include "decode/json_tail.h"
#include "decode/words.h"

namespace surecall {
namespace {

/// As JSON spells it inside quotes; `begins` gets where each byte's spelling begins, and the end.
std::string json_spelled(std::string_view text, std::vector<size_t>* begins = nullptr) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    if (begins != nullptr) begins->push_back(out.size());
    switch (c) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20) {
          out += c;
        } else {
          out += "\\u00";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        }
    }
  }
  if (begins != nullptr) begins->push_back(out.size());
  return out;
}

/// A value may end with `body`: not with a blank, and not inside an escape.
bool may_end_with(std::string_view body) {
  return !body.empty() && body.back() != ' ' && !is_escaped(body, body.size());
}

/// How much of the bias the beginnings of copies get: whether a value is one at all is for the model to say.
constexpr float kStart = 0.5f;

/// How much of the bias the value of a list gets that is mentioned first: mostly those of several members are mentioned in their order.
constexpr float kFirst = 1.4f;

/// Bytes that decide which token comes next.
constexpr size_t kAhead = 32;

/// Ascending, each once.
void sort_out(std::vector<TokenId>& tokens) {
  std::ranges::sort(tokens);
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
}

/// Punctuation that joins words to one value where no blank follows: paths, addresses, versions, times.
constexpr std::string_view kInner = "./\\@:-+#&=~%$*|";

/// Where the digits that begin at `at` end; groups of three may be parted by commas.
size_t whole_end(std::string_view text, size_t at) {
  const auto digits_from = [&](size_t from) {
    size_t end = from;
    while (end < text.size() && is_digit(text[end])) ++end;
    return end;
  };
  size_t end = digits_from(at);
  if (end - at > 3) return end;
  while (end < text.size() && text[end] == ',' && digits_from(end + 1) == end + 4) end += 4;
  return end;
}

/// Where the exponent that begins at `at` ends, as that of 1e-9; `at` if there is none.
size_t exponent_end(std::string_view text, size_t at) {
  if (at >= text.size() || (text[at] != 'e' && text[at] != 'E')) return at;
  size_t end = at + 1;
  if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
  const size_t digits = end;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end > digits && starts_word(text, end) ? end : at;
}

/// The apostrophe of don't and O'Neill, but not of a possessive: my cat's.
bool is_inside_word(std::string_view text, size_t at) {
  if (at == 0 || at + 1 >= text.size() || text[at] != '\'' || !is_word(text[at - 1]) || !is_word(text[at + 1])) return false;
  const bool is_possessive = text[at + 1] == 's' && starts_word(text, at + 2);
  return !is_possessive;
}

}  // namespace

CopyBias::CopyBias(std::string_view source, const Vocabulary& vocabulary, float strength, std::span<const std::string> mentioned,
                   const CopyPlaces& places)
    : vocabulary_(vocabulary),
      strength_(strength),
      closing_(vocabulary.trie().tokens_below(vocabulary.trie().find("\""))) {
  for (const std::string& value : mentioned) mentioned_.push_back(json_spelled(value));
  std::vector<size_t> begins;
  source_ = json_spelled(source, &begins);
  for (SaidNumber& number : numbers_in(source)) numbers_.push_back({std::move(number.spelled), begins[number.begin]});
  for (const auto& [member, weights] : places) {
    for (const auto& [at, weight] : weights) {
      if (at < begins.size()) (member.empty() ? common_ : members_[member])[begins[at]] = weight;
    }
  }
  for (const char first : std::string_view("0123456789.eE")) {
    const auto tokens = vocabulary.trie().tokens_below(vocabulary.trie().find(std::string_view(&first, 1)));
    digits_.insert(digits_.end(), tokens.begin(), tokens.end());
  }
}

void CopyBias::set_used(std::span<const std::string_view> values, std::string_view member) {
  const auto known = members_.find(member);
  member_ = known == members_.end() ? nullptr : &known->second;
  used_.clear();
  taken_.assign(values.begin(), values.end());
  for (Number& number : numbers_) number.used = false;
  for (const std::string_view value : values) {
    if (!use_number(value)) use_text(value);
  }
}

/// The value is a number of the source.
bool CopyBias::use_number(std::string_view value) {
  bool is_number = false;
  for (Number& number : numbers_) {
    if (number.spelled != value) continue;
    is_number = true;
    if (number.used) continue;
    number.used = true;
    break;
  }
  return is_number;
}

void CopyBias::use_text(std::string_view value) {
  if (value.empty()) return;
  for (size_t at = source_.find(value); at != std::string::npos; at = source_.find(value, at + 1)) {
    if (!starts_copy(at) || is_used(at)) continue;
    used_.push_back({at, at + value.size()});
    for (const SaidNumber& part : numbers_in(value)) use_number(part.spelled);
    return;
  }
}

bool CopyBias::is_used(size_t at) const {
  return std::ranges::any_of(used_, [&](const Place& place) { return place.begin <= at && at < place.end; });
}

const float* CopyBias::raise(const float* row, std::string_view body) {
  Biases tokens = copying(body);
  for (auto& [token, by] : tokens) by += body.empty() ? strength_ * kStart : strength_;
  return raised_most(row, std::move(tokens));
}

const float* CopyBias::raise_listed(const float* row, std::string_view body) {
  Biases tokens;
  float by = strength_ * kFirst;
  for (const std::string& value : mentioned_) {
    if (!value.starts_with(body) || std::ranges::find(taken_, value) != taken_.end()) continue;
    vocabulary_.trie().each_token_along((value + '"').substr(body.size()), [&](TokenId token) { tokens.emplace_back(token, by); });
    by = strength_;
  }
  return raised_most(row, std::move(tokens));
}

/// What speaks for a place as the beginning of any value.
float CopyBias::common_weight(size_t at) const {
  const auto found = common_.find(at);
  return found == common_.end() ? 0 : found->second;
}

/// And of the member's.
float CopyBias::weight(size_t at) const {
  if (member_ == nullptr || !member_->contains(at)) return common_weight(at);
  return common_weight(at) + member_->at(at);
}

/// Each token by the most that is said for it.
const float* CopyBias::raised_most(const float* row, Biases by_token) {
  if (by_token.empty()) return row;
  std::ranges::sort(by_token);
  if (row != raised_.data()) raised_.assign(row, row + vocabulary_.size());
  for (size_t i = 0; i < by_token.size(); ++i) {
    const auto& [token, by] = by_token[i];
    if (i + 1 == by_token.size() || by_token[i + 1].first != token) raised_[token] += by;
  }
  return raised_.data();
}

const float* CopyBias::raised(const float* row, std::vector<TokenId> tokens, float by) {
  if (tokens.empty()) return row;
  sort_out(tokens);
  if (row != raised_.data()) raised_.assign(row, row + vocabulary_.size());
  for (const TokenId token : tokens) raised_[token] += by;
  return raised_.data();
}

const float* CopyBias::raise_number(const float* row, std::string_view body) {
  Biases fresh;
  std::vector<TokenId> again;
  bool may_end = false;
  for (const Number& number : numbers_) {
    if (!number.spelled.starts_with(body)) continue;
    const std::string_view rest = std::string_view(number.spelled).substr(body.size());
    if (number.used) {
      add_tokens_along(rest, again);
      continue;
    }
    // Numbers need not be copies, so of those that have not begun only what stands beside them in the source is counted.
    const float by = weight(number.at) + (body.empty() ? 0 : strength_);
    vocabulary_.trie().each_token_along(rest, [&](TokenId token) { fresh.emplace_back(token, by); });
    may_end = may_end || number.spelled == body;
  }
  if (body.empty()) {
    // Those that have their place already are less likely.
    sort_out(again);
    std::erase_if(again, [&](TokenId token) { return std::ranges::find(fresh, token, &std::pair<TokenId, float>::first) != fresh.end(); });
    return raised(raised_most(row, std::move(fresh)), std::move(again), -strength_);
  }
  row = raised_most(row, std::move(fresh));
  // What may follow a number is not known here: all that would go on with it is less likely instead.
  return may_end ? raised(row, digits_, -strength_) : row;
}

CopyBias::Biases CopyBias::copying(std::string_view body) {
  Biases tokens;
  if (body.empty()) {
    for (const auto& [at, token] : starts()) {
      if (!is_used(at)) tokens.emplace_back(token, weight(at));
    }
    return tokens;
  }
  bool may_end = false;
  for (size_t at = source_.find(body); at != std::string::npos && at < source_.size(); at = source_.find(body, at + 1)) {
    if (!starts_copy(at) || is_used(at)) continue;
    const size_t end = at + body.size();
    const bool ends = may_end_with(body) && ends_copy(at, end);
    std::vector<TokenId> next;
    add_next(at, body.size(), next);
    // Where the value could end it rather goes on into words that could be one.
    const float by = ends ? common_weight(source_.find_first_not_of(' ', end)) : 0;
    for (const TokenId token : next) tokens.emplace_back(token, by);
    may_end = may_end || ends;
  }
  if (may_end) {
    for (const TokenId token : closing_) tokens.emplace_back(token, 0.0f);
  }
  return tokens;
}

/// Where copies may begin, and with which token. Found once: every string of an answer asks for them, and a long text has many.
const std::vector<std::pair<size_t, TokenId>>& CopyBias::starts() {
  if (!starts_.empty()) return starts_;
  for (size_t at = 0; at < source_.size(); ++at) {
    std::vector<TokenId> first;
    if (starts_copy(at)) add_next(at, 0, first);
    for (const TokenId token : first) starts_.emplace_back(at, token);
  }
  return starts_;
}

/// The tokens with which `rest` begins.
void CopyBias::add_tokens_along(std::string_view rest, std::vector<TokenId>& tokens) const {
  vocabulary_.trie().each_token_along(rest, [&](TokenId token) { tokens.push_back(token); });
}

/// How a copy that began at `at` goes on after `size` bytes: with the token that the tokenizer would write there. Another token could spell the
/// same, such as a blank alone, but models do not know how to go on after it. All that fit where the copy left the tokenizer's way before.
void CopyBias::add_next(size_t at, size_t size, std::vector<TokenId>& tokens) const {
  const std::string_view copied = std::string_view(source_).substr(at, size + kAhead);
  size_t written = 0;
  for (const TokenId token : vocabulary_.tokenize(copied)) {
    if (written == size) {
      tokens.push_back(token);
      return;
    }
    if (written > size) break;
    written += vocabulary_.bytes(token).size();
  }
  add_tokens_along(copied.substr(size), tokens);
}

/// Where a value may begin: at a word, or at punctuation behind a blank or a quote, as in `~/notes` or `-5`.
bool CopyBias::starts_copy(size_t at) const {
  if (source_[at] == ' ') return false;
  if (at == 0 || (is_word(source_[at]) && !is_word(source_[at - 1]))) return true;
  const char before = source_[at - 1];
  return before == ' ' || is_quote(before);
}

/// Where the value that began at `begin` may end: at the quote that closes the one before it, if there is such a quote, else at the
/// end of a word, but not within a path, an address or the like.
bool CopyBias::ends_copy(size_t begin, size_t end) const {
  if (begin > 0 && is_quote(source_[begin - 1]) && closing_quote(source_[begin - 1], begin) != std::string::npos) {
    return closing_quote(source_[begin - 1], end) == end;
  }
  if (!starts_word(source_, end) || is_inside_word(source_, end)) return false;
  if (end >= source_.size()) return true;
  const auto is_inner = [](char c) { return kInner.find(c) != std::string_view::npos; };
  if (is_inner(source_[end - 1]) && is_word(source_[end])) return false;
  if (!is_inner(source_[end]) || end + 1 == source_.size()) return true;
  // Of escapes, only a backslash is in paths.
  return source_[end] == '\\' ? source_[end + 1] != '\\' : source_[end + 1] == ' ';
}

/// Where a quote like the opening one stands as a closing one: no word goes on behind it. A double quote stands behind the
/// backslash with which JSON spells it, whose place it is then.
size_t CopyBias::closing_quote(char quote, size_t from) const {
  for (size_t at = source_.find(quote, from); at != std::string::npos; at = source_.find(quote, at + 1)) {
    if (at + 1 < source_.size() && is_word(source_[at + 1])) continue;
    if (quote != '"') return at;
    if (at > from) return at - 1;
  }
  return std::string::npos;
}

std::vector<SaidNumber> numbers_in(std::string_view text) {
  std::vector<SaidNumber> found;
  for (size_t at = 0; at < text.size();) {
    const bool is_fraction = text[at] == '.' && at + 1 < text.size() && is_digit(text[at + 1]);
    if (!is_digit(text[at]) && !is_fraction) {
      ++at;
      continue;
    }
    const size_t begin = at;
    size_t end = whole_end(text, at);
    std::string whole;
    for (; at < end; ++at) {
      if (text[at] != ',') whole += text[at];
    }
    whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
    if (whole.empty()) whole = "0";
    if (end + 1 < text.size() && text[end] == '.' && is_digit(text[end + 1])) {
      for (++end; end < text.size() && is_digit(text[end]); ++end) {}
      whole += text.substr(at, end - at);
    }
    const size_t power = exponent_end(text, end);
    whole += text.substr(end, power - end);
    at = power;
    if (begin > 0 && is_word(text[begin - 1]) && !is_fraction) continue;  // part of a name: route66
    const bool is_negative = begin > 0 && text[begin - 1] == '-' && (begin == 1 || !is_word(text[begin - 2]));
    found.push_back({is_negative ? "-" + whole : whole, begin});
  }
  return found;
}

}  // namespace surecall
