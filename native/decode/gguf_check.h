#pragma once
// Looks at a GGUF file before llama.cpp does, so that a file that is missing, cut short or damaged gives one
// clear line instead of a crash or a stack of log lines.

#include <cstdint>
#include <string>

namespace surecall {

/// What the check learned on the way.
struct GgufFacts {
  uint64_t file_bytes = 0;  ///< of all parts that were looked at
  uint32_t tokens = 0;  ///< rows of the token table
  int64_t tensors = 0;
  std::string architecture;
};

/// Reads the header of `path`, and of the other parts of a split model, and checks that everything it promises is there. With `need_weights`, a file
/// without tensors (a vocabulary alone) is refused. Throws Error SURECALL_MODEL_LOAD, "PATH: what is wrong".
GgufFacts check_gguf(const std::string& path, bool need_weights);

}  // namespace surecall
