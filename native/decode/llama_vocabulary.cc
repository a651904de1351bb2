#include "decode/llama_vocabulary.h"

#include <llama.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

#include "decode/gguf_check.h"
#include "decode/llama_runtime.h"
#include "vocab/utf8.h"

namespace surecall {
namespace {

/// How a vocabulary writes bytes.
enum class Spelling { byte_level, sentence_piece, pieces };

constexpr std::string_view kSentencePieceSpace = "\xe2\x96\x81";  // U+2581

std::string metadata(const llama_model* model, const char* key) {
  char value[128];
  return llama_model_meta_val_str(model, key, value, sizeof value) >= 0 ? value : "";
}

Spelling spelling_of(const llama_model* model) {
  switch (llama_vocab_type(llama_model_get_vocab(model))) {
    case LLAMA_VOCAB_TYPE_BPE:
      // Gemma 4 has merges over text in which, as in SentencePiece, U+2581 stands for a space.
      return metadata(model, "tokenizer.ggml.model") == "gemma4" ? Spelling::sentence_piece
                                                                 : Spelling::byte_level;
    case LLAMA_VOCAB_TYPE_SPM:
    case LLAMA_VOCAB_TYPE_UGM:
      return Spelling::sentence_piece;
    case LLAMA_VOCAB_TYPE_RWKV:
    case LLAMA_VOCAB_TYPE_PLAMO2:
      return Spelling::pieces;
    default:
      throw Error("SURECALL_MODEL_LOAD",
                  "tokenizers of kind '" + metadata(model, "tokenizer.ggml.model") +
                      "' are not supported: their tokens do not stand for fixed bytes");
  }
}

// "<0x0A>" -> byte 10.
bool decode_hex_byte(std::string_view spelling, std::string& bytes) {
  if (spelling.size() != 6 || !spelling.starts_with("<0x") || spelling.back() != '>') return false;
  const std::string digits(spelling.substr(3, 2));
  char* end = nullptr;
  const long value = std::strtol(digits.c_str(), &end, 16);
  if (end != digits.c_str() + 2) return false;
  bytes.assign(1, static_cast<char>(value));
  return true;
}

void decode_sentence_piece(std::string_view spelling, std::string& bytes) {
  bytes.clear();
  for (size_t at = 0; at < spelling.size();) {
    if (spelling.substr(at).starts_with(kSentencePieceSpace)) {
      bytes += ' ';
      at += kSentencePieceSpace.size();
    } else {
      bytes += spelling[at++];
    }
  }
}

std::string piece(const llama_vocab* vocab, llama_token id) {
  std::string bytes(64, '\0');
  int32_t size = llama_token_to_piece(vocab, id, bytes.data(), static_cast<int32_t>(bytes.size()), 0, true);
  if (size < 0) {
    bytes.resize(static_cast<size_t>(-size));
    size = llama_token_to_piece(vocab, id, bytes.data(), static_cast<int32_t>(bytes.size()), 0, true);
  }
  bytes.resize(static_cast<size_t>(std::max(size, 0)));
  return bytes;
}

Token describe(const llama_vocab* vocab, Spelling spelling, llama_token id) {
  Token token;
  token.ends_generation = llama_vocab_is_eog(vocab, id);
  const std::string_view text = llama_vocab_get_text(vocab, id);
  const int attributes = llama_vocab_get_attr(vocab, id);
  token.bytes = text;
  const auto unused = [&] {
    token.kind = TokenKind::unused;
    return token;
  };

  if (attributes & LLAMA_TOKEN_ATTR_UNUSED) return unused();
  if (attributes & (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_UNKNOWN)) {
    token.kind = TokenKind::control;
    return token;
  }
  // Rows that only pad the table are named by the converter or by llama.cpp, and stand for nothing.
  if (text == "[PAD" + std::to_string(id) + "]" || text == "[EMPTY_" + std::to_string(id) + "]")
    return unused();
  // Added tokens are written as they are, whatever the spelling of the others.
  if (attributes & LLAMA_TOKEN_ATTR_USER_DEFINED) return token;
  if (attributes & LLAMA_TOKEN_ATTR_BYTE) return decode_hex_byte(text, token.bytes) ? token : unused();
  if (!(attributes & LLAMA_TOKEN_ATTR_NORMAL)) return unused();
  switch (spelling) {
    case Spelling::byte_level:
      return decode_byte_level(text, token.bytes) ? token : unused();
    case Spelling::sentence_piece:
      decode_sentence_piece(text, token.bytes);
      return token;
    case Spelling::pieces:
      token.bytes = piece(vocab, id);
      return token;
  }
  return unused();
}

/// llama.cpp's tokenizer, with the promise that the tokens of a text spell that text.
class LlamaTokenizer final : public Tokenizer {
 public:
  LlamaTokenizer(std::shared_ptr<LlamaHandle> model, Spelling spelling, std::array<TokenId, 256> byte_tokens)
      : model_(std::move(model)), spelling_(spelling), byte_tokens_(byte_tokens) {}

  void tokenize(std::string_view text, bool parse_special, std::vector<TokenId>& out) const override {
    if (text.empty()) return;
    if (text.size() > static_cast<size_t>(std::numeric_limits<int32_t>::max())) {
      throw Error("SURECALL_INVALID_OPTION", "the text to tokenise is longer than 2 GB");
    }
    model_->with([&](const llama_model* model) {
      const llama_vocab* vocab = llama_model_get_vocab(model);
      if (parse_special) {
        // A prompt: exactly as llama.cpp does it, with the space that SentencePiece models expect at the
        // start.
        const std::vector<llama_token> tokens = run(vocab, text, true);
        out.insert(out.end(), tokens.begin(), tokens.end());
      } else {
        tokenize_exactly(vocab, text, out);
      }
    });
  }

 private:
  static constexpr TokenId kNone = 0xffffffff;

  static std::vector<llama_token> run(const llama_vocab* vocab, std::string_view text, bool parse_special) {
    const LogCapture silence;
    // A token spells at least one byte, but some tokenizers add a space in front.
    std::vector<llama_token> tokens(text.size() / 3 + 16);
    for (;;) {
      const int32_t count =
          llama_tokenize(vocab, text.data(), static_cast<int32_t>(text.size()), tokens.data(),
                         static_cast<int32_t>(tokens.size()), /*add_special=*/false, parse_special);
      if (count >= 0) {
        tokens.resize(static_cast<size_t>(count));
        return tokens;
      }
      if (count == std::numeric_limits<int32_t>::min())
        throw Error("SURECALL_NATIVE", "the text to tokenise is too long");
      tokens.resize(static_cast<size_t>(-count));
    }
  }

  // Bytes that are not UTF-8 (half a character, where alternatives differ in the other half) would be
  // replaced by llama.cpp; they get their byte tokens, and the text between them is tokenised as usual.
  void tokenize_exactly(const llama_vocab* vocab, std::string_view text, std::vector<TokenId>& out) const {
    size_t run_start = 0;
    for (size_t at = 0; at < text.size();) {
      uint32_t code_point;
      if (decode_utf8(text, at, code_point)) continue;
      tokenize_valid(vocab, text.substr(run_start, at - run_start), out);
      push_byte(text[at], out);
      run_start = ++at;
    }
    tokenize_valid(vocab, text.substr(run_start), out);
  }

  void tokenize_valid(const llama_vocab* vocab, std::string_view text, std::vector<TokenId>& out) const {
    if (text.empty()) return;
    std::vector<llama_token> tokens = run(vocab, text, false);
    if (spells(vocab, tokens, text) || without_space(vocab, text, tokens)) {
      out.insert(out.end(), tokens.begin(), tokens.end());
      return;
    }
    // A pruned vocabulary: llama.cpp drops what it cannot spell.
    for (const char byte : text) push_byte(byte, out);
  }

  // SentencePiece tokenizers put a space in front of every text. Behind a line feed they add none.
  bool without_space(const llama_vocab* vocab, std::string_view text,
                     std::vector<llama_token>& tokens) const {
    if (spelling_ != Spelling::sentence_piece) return false;
    for (const std::string_view mark : {"\n", "\t", "\x01"}) {
      tokens = run(vocab, std::string(mark) + std::string(text), false);
      std::string head;
      size_t taken = 0;
      while (taken < tokens.size() && head.size() < mark.size() + 1 && head != mark) {
        head += describe(vocab, spelling_, tokens[taken++]).bytes;
        if (head == " " + std::string(mark)) break;
      }
      if (head != mark && head != " " + std::string(mark)) continue;
      tokens.erase(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(taken));
      if (spells(vocab, tokens, text)) return true;
    }
    return false;
  }

  bool spells(const llama_vocab* vocab, const std::vector<llama_token>& tokens, std::string_view text) const {
    for (const llama_token id : tokens) {
      const Token token = describe(vocab, spelling_, id);
      if (token.kind != TokenKind::text || !text.starts_with(token.bytes)) return false;
      text.remove_prefix(token.bytes.size());
    }
    return text.empty();
  }

  void push_byte(char byte, std::vector<TokenId>& out) const {
    const TokenId id = byte_tokens_[static_cast<uint8_t>(byte)];
    if (id == kNone) {
      throw Error("SURECALL_NATIVE",
                  "the vocabulary has no token for byte " + std::to_string(static_cast<uint8_t>(byte)));
    }
    out.push_back(id);
  }

  std::shared_ptr<LlamaHandle> model_;
  Spelling spelling_;
  std::array<TokenId, 256> byte_tokens_;
};

}  // namespace

bool decode_byte_level(std::string_view spelling, std::string& bytes) {
  // Printable Latin-1 characters stand for themselves, the other 68 bytes for U+0100 onwards, in order.
  static const std::array<int16_t, 324> table = [] {
    std::array<int16_t, 324> byte_of{};
    byte_of.fill(-1);
    int next = 256;
    for (int byte = 0; byte < 256; ++byte) {
      const bool itself = (byte >= '!' && byte <= '~') || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
      byte_of[itself ? byte : next++] = static_cast<int16_t>(byte);
    }
    return byte_of;
  }();
  std::string decoded;
  for (size_t at = 0; at < spelling.size();) {
    uint32_t code_point;
    if (!decode_utf8(spelling, at, code_point) || code_point >= table.size() || table[code_point] < 0)
      return false;
    decoded += static_cast<char>(table[code_point]);
  }
  bytes = std::move(decoded);
  return true;
}

std::shared_ptr<const Vocabulary> make_vocabulary(std::shared_ptr<LlamaHandle> handle) {
  return handle->with([&](const llama_model* model) -> std::shared_ptr<const Vocabulary> {
    const llama_vocab* vocab = llama_model_get_vocab(model);
    const Spelling spelling = spelling_of(model);
    std::array<TokenId, 256> byte_tokens;
    byte_tokens.fill(0xffffffff);
    std::vector<Token> tokens;
    const int32_t count = llama_vocab_n_tokens(vocab);
    tokens.reserve(static_cast<size_t>(std::max(count, 0)));
    for (llama_token id = 0; id < count; ++id) {
      tokens.push_back(describe(vocab, spelling, id));
      const Token& token = tokens.back();
      if (token.kind != TokenKind::text || token.ends_generation || token.bytes.size() != 1) continue;
      TokenId& slot = byte_tokens[static_cast<uint8_t>(token.bytes[0])];
      if (slot == 0xffffffff) slot = static_cast<TokenId>(id);
    }
    return std::make_shared<const Vocabulary>(
        tokens, std::make_unique<LlamaTokenizer>(handle, spelling, byte_tokens));
  });
}

std::shared_ptr<const Vocabulary> load_vocabulary(const std::string& path) {
  check_gguf(path, /*need_weights=*/false);
  const LogCapture log;
  const AssertGuard guard;
  try {
    llama_model_params params = llama_model_default_params();
    params.vocab_only = true;
    params.load_mode = LLAMA_LOAD_MODE_NONE;
    auto handle = std::make_shared<LlamaHandle>(llama_model_load_from_file(path.c_str(), params));
    if (handle->get() == nullptr)
      throw Error("SURECALL_MODEL_LOAD", "the vocabulary cannot be read (" + log.text() + ")");
    return make_vocabulary(std::move(handle));
  } catch (const Error& error) {
    throw Error(error.code(), path + ": " + error.what());
  } catch (const std::exception& error) {
    throw Error("SURECALL_MODEL_LOAD", path + ": " + error.what());
  }
}

}  // namespace surecall
