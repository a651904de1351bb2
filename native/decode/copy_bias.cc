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

}  // namespace

CopyBias::CopyBias(std::string_view source, const Vocabulary& vocabulary, float strength)
    : source_(json_spelled(source)),
      vocabulary_(vocabulary),
      strength_(strength),
      closing_(vocabulary.trie().tokens_below(vocabulary.trie().find("\""))) {}

const float* CopyBias::raise(const float* row, std::string_view body) {
  const std::vector<TokenId> tokens = copying(body);
  if (tokens.empty()) return row;
  raised_.assign(row, row + vocabulary_.size());
  for (const TokenId token : tokens) raised_[token] += strength_;
  return raised_.data();
}

std::vector<TokenId> CopyBias::copying(std::string_view body) const {
  std::vector<TokenId> tokens;
  bool may_end = false;
  for (size_t at = source_.find(body); at != std::string::npos && at < source_.size(); at = source_.find(body, at + 1)) {
    if (!starts_copy(at)) continue;
    const size_t end = at + body.size();
    add_continuations(end, tokens);
    may_end = may_end || (may_end_with(body) && starts_word(source_, end));
  }
  if (may_end) tokens.insert(tokens.end(), closing_.begin(), closing_.end());
  std::sort(tokens.begin(), tokens.end());
  tokens.erase(std::unique(tokens.begin(), tokens.end()), tokens.end());
  return tokens;
}

void CopyBias::add_continuations(size_t at, std::vector<TokenId>& tokens) const {
  const TokenTrie& trie = vocabulary_.trie();
  uint32_t node = 0;
  for (; at < source_.size(); ++at) {
    node = trie.child(node, static_cast<uint8_t>(source_[at]));
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

std::string_view string_body(std::string_view text) {
  for (size_t at = text.size(); at > 0; --at) {
    if (text[at - 1] == '"' && !is_escaped(text, at - 1)) return text.substr(at);
  }
  return text;
}

}  // namespace surecall
