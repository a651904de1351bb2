#pragma once
// The vocabulary of a GGUF file in our own terms: the true bytes of every token, and llama.cpp's tokenizer
// behind the interface of vocab/.

#include <memory>
#include <string>

#include "decode/llama_handle.h"
#include "vocab/vocabulary.h"

struct llama_model;
struct llama_vocab;

namespace surecall {

/// Reads the vocabulary of a GGUF file, without its weights. Throws Error SURECALL_MODEL_LOAD.
std::shared_ptr<const Vocabulary> load_vocabulary(const std::string& path);

/// The vocabulary of a loaded model. Its tokenizer uses the model until that is released.
/// Throws Error SURECALL_MODEL_LOAD if the tokenizer is of a kind whose tokens do not stand for fixed bytes.
std::shared_ptr<const Vocabulary> make_vocabulary(std::shared_ptr<LlamaHandle> model);

/// Undoes the byte-level spelling of GPT-2 ("Ġ" for a space). False if `spelling` is not of that kind.
bool decode_byte_level(std::string_view spelling, std::string& bytes);

}  // namespace surecall
