#pragma once
// What a scheduler evaluates with: batches of tokens of many sequences, over one store of cells (the KV cache) in which a
// cell may belong to several sequences. Implemented over llama.cpp (llama_batch_model.h), and by a fake in the tests.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "vocab/vocabulary.h"

namespace surecall {

using SequenceId = int32_t;

struct BatchToken {
  TokenId id = 0;
  uint32_t position = 0;
  SequenceId sequence = 0;
  uint32_t sequences = 1;  ///< it belongs to so many, `sequence` being the first
  bool row = false;  ///< its logits are wanted
};

class BatchModel {
 public:
  struct Limits {
    size_t tokens = 512;      ///< of one batch
    size_t rows = 64;         ///< of one batch
    size_t sequences = 256;   ///< ids are below this
    bool shares = true;       ///< sequences can share cells
    bool rewinds = true;      ///< the end of a sequence can be cut off; otherwise only all of it
    /// Attention takes the tokens of a batch in groups of so many, and costs far less for each where there is a full one.
    /// 1: it does not matter.
    size_t tile = 1;
    /// What a token costs beside attention, as a number of cells that it attends to outside of a group.
    size_t token_cells = 0;
  };
  enum class Status {
    ok,
    full,     ///< not enough free cells; nothing was changed
    aborted,  ///< nothing was changed
  };

  virtual ~BatchModel() = default;
  virtual const Limits& limits() const = 0;

  /// Positions of each sequence go on from where it ends. Throws Error SURECALL_NATIVE; what the cells hold is then unknown.
  virtual Status evaluate(std::span<const BatchToken> batch) = 0;
  /// The logits after the `index`-th token of the last batch, which wanted them. Valid until the next evaluate().
  virtual const float* row(size_t index) = 0;

  /// Cells [begin, end) of `from` belong to `to` as well.
  virtual void share(SequenceId from, SequenceId to, size_t begin, size_t end) = 0;
  /// Cells from `begin` on no longer belong to the sequence; those that belong to none are free. False, and nothing
  /// changed, if the model cannot forget a part.
  virtual bool cut(SequenceId sequence, size_t begin) = 0;
  /// True if the sequence has exactly the positions below `length`.
  virtual bool holds(SequenceId sequence, size_t length) = 0;
  /// What the model knows after the tokens of a sequence, to be restored in another process. Empty if it cannot.
  virtual std::vector<uint8_t> save(SequenceId sequence) = 0;
  /// Makes an empty sequence what another was that was saved. False, and the sequence is empty, if there is no room or it
  /// does not fit.
  virtual bool restore(SequenceId sequence, std::span<const uint8_t> state) = 0;
  /// Frees everything.
  virtual void clear() = 0;
};

}  // namespace surecall
