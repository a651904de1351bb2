#include "decode/copy_bias.h"

#include <algorithm>

#include "decode/words.h"

namespace surecall {
namespace {

std::string json_spelled(std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
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
  return out;
}

/// The character at `at` would belong to an escape that a backslash began.
bool is_escaped(std::string_view text, size_t at) {
  size_t backslashes = 0;
  while (backslashes < at && text[at - 1 - backslashes] == '\\') ++backslashes;
  return backslashes % 2 == 1;
}

/// A value may end with `body`: not with a blank, and not inside an escape.
bool may_end_with(std::string_view body) {
  return !body.empty() && body.back() != ' ' && !is_escaped(body, body.size());
}

/// Ascending, each once.
void sort_out(std::vector<TokenId>& tokens) {
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
}

/// Punctuation that joins words to one value where no blank follows: paths, addresses, versions, times.
constexpr std::string_view kInner = "./\\@:-+#&=~%$*|";

bool is_number_character(char c) { return is_digit(c) || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'; }

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

}  // namespace

CopyBias::CopyBias(std::string_view source, const Vocabulary& vocabulary, float strength)
    : source_(json_spelled(source)),
      numbers_(numbers_in(source)),
      vocabulary_(vocabulary),
      strength_(strength),
      closing_(vocabulary.trie().tokens_below(vocabulary.trie().find("\""))) {
  for (const char first : std::string_view("0123456789.eE")) {
    const auto tokens = vocabulary.trie().tokens_below(vocabulary.trie().find(std::string_view(&first, 1)));
    digits_.insert(digits_.end(), tokens.begin(), tokens.end());
  }
}

const float* CopyBias::raise(const float* row, std::string_view body) {
  const std::vector<TokenId> tokens = copying(body);
  if (tokens.empty()) return row;
  raised_.assign(row, row + vocabulary_.size());
  for (const TokenId token : tokens) raised_[token] += strength_;
  return raised_.data();
}

const float* CopyBias::raise_number(const float* row, std::string_view body) {
  std::vector<TokenId> tokens;
  bool may_end = false;
  for (const std::string& number : numbers_) {
    if (!number.starts_with(body)) continue;
    add_continuations(std::string_view(number).substr(body.size()), tokens);
    may_end = may_end || number == body;
  }
  if (tokens.empty() && !may_end) return row;
  raised_.assign(row, row + vocabulary_.size());
  sort_out(tokens);
  for (const TokenId token : tokens) raised_[token] += strength_;
  // What may follow a number is not known here: all that would go on with it is less likely instead.
  if (may_end) {
    for (const TokenId token : digits_) raised_[token] -= strength_;
  }
  return raised_.data();
}

std::vector<TokenId> CopyBias::copying(std::string_view body) const {
  std::vector<TokenId> tokens;
  bool may_end = false;
  for (size_t at = source_.find(body); at != std::string::npos && at < source_.size(); at = source_.find(body, at + 1)) {
    if (!starts_copy(at)) continue;
    const size_t end = at + body.size();
    add_continuations(std::string_view(source_).substr(end), tokens);
    may_end = may_end || (may_end_with(body) && ends_copy(at, end));
  }
  if (may_end) tokens.insert(tokens.end(), closing_.begin(), closing_.end());
  sort_out(tokens);
  return tokens;
}

/// The tokens with which `rest` begins.
void CopyBias::add_continuations(std::string_view rest, std::vector<TokenId>& tokens) const {
  const TokenTrie& trie = vocabulary_.trie();
  uint32_t node = 0;
  for (const char c : rest) {
    node = trie.child(node, static_cast<uint8_t>(c));
    if (node == 0) return;
    if (trie.token(node) != TrieNode::kNoToken) tokens.push_back(trie.token(node));
  }
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
  if (!starts_word(source_, end)) return false;
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

std::string_view number_body(std::string_view text) {
  size_t begin = text.size();
  while (begin > 0 && is_number_character(text[begin - 1])) --begin;
  const std::string_view body = text.substr(begin);
  if (body.empty() || !(is_digit(body[0]) || body[0] == '-')) return {};
  // Before it, only items of the same list up to the colon of a member. A comma alone could stand in a text.
  constexpr std::string_view kList = " ,[]";
  while (begin > 0 && (is_number_character(text[begin - 1]) || kList.find(text[begin - 1]) != std::string_view::npos)) --begin;
  const bool is_member = begin > 1 && text[begin - 1] == ':' && text[begin - 2] == '"';
  return is_member ? body : std::string_view();
}

std::vector<std::string> numbers_in(std::string_view text) {
  std::vector<std::string> found;
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
    at = end;
    if (begin > 0 && is_word(text[begin - 1]) && !is_fraction) continue;  // part of a name: route66
    const bool is_negative = begin > 0 && text[begin - 1] == '-' && (begin == 1 || !is_word(text[begin - 2]));
    found.push_back(is_negative ? "-" + whole : whole);
  }
  return found;
}

std::string_view string_body(std::string_view text) {
  for (size_t at = text.size(); at > 0; --at) {
    if (text[at - 1] == '"' && !is_escaped(text, at - 1)) return text.substr(at);
  }
  return text;
}

}  // namespace surecall
