#pragma once
// Where captured parts of a text begin and end, found while the text grows or afterwards: the text is read symbol by symbol,
// remembering for each configuration how it came about. The matcher itself pays nothing for captures.
//
// How a reading came about is a path of marks (a capture opened here, closed there), and the paths of all readings are a tree. A
// reading that goes no further gives up its path, and marks that no reading needs any more are freed: so what all readings have in
// common grows from the root of the tree. It is settled: whatever follows, it was so. Reading a text costs time in proportion to
// its length, however often one asks on the way.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/closure.h"
#include "matcher/matcher.h"

namespace surecall {

/// A captured part of the text opens or closes here.
struct CaptureMark {
  uint32_t capture = 0;  ///< index of the name in Automaton::capture_names()
  bool opens = false;
  size_t offset = 0;  ///< in bytes
};

class CaptureTrace {
 public:
  /// The automaton must outlive this object.
  explicit CaptureTrace(const Automaton& automaton);
  CaptureTrace(const CaptureTrace&) = delete;
  CaptureTrace& operator=(const CaptureTrace&) = delete;

  /// Appends bytes, and where they are a token also that: it is read in both ways.
  void step(bool is_token, TokenId token, std::string_view bytes);
  /// Steps so far.
  size_t steps() const { return steps_; }

  /// Appends the marks that have been settled since the last call, in their order.
  void take_settled(std::vector<CaptureMark>& out);
  /// Up to here, in bytes, it is settled which captures the text lies in; beyond it a capture may have begun or ended, in some reading.
  /// Valid after take_settled().
  size_t settled_size() const;

  /// All marks of one reading, a complete one if there is any.
  std::vector<CaptureMark> marks() const;
  /// The same as captures, in the order in which they open; open ones end at the end of the text.
  std::vector<Capture> captures() const;

 private:
  using Index = uint32_t;
  static constexpr Index kRoot = 0;
  static constexpr Index kNone = 0;  // the root is nobody's child
  struct Node {
    CaptureMark mark;
    Index parent = kNone;
    Index oldest = kNone, youngest = kNone;  // children, by age: their offsets never fall
    Index older = kNone, younger = kNone;    // siblings
    uint32_t users = 0;                      // children, and readings that end here
  };
  struct Recorder {
    CaptureTrace* trace;
    uint32_t mark(uint32_t path, const Instruction& in) { return trace->add(path, in); }
  };
  struct Reading {
    Configuration at;
    Index path;
  };

  Index add(Index parent, const Instruction& in);
  void hold(const std::vector<Reading>& readings);
  void release(const std::vector<Reading>& readings);
  void release(Index node);
  void free(Index node);

  void byte(uint8_t b);
  void edge(TokenId id);
  void end_token();
  template <class Step>
  void advance(Step&& step);
  void follow(Configuration from, Index path);

  const Automaton& automaton_;
  Stacks stacks_;  // its own: those of a template are dropped when they take too much memory
  Closure<Recorder> closure_;
  std::vector<Node> nodes_{1};
  std::vector<Index> free_, made_;
  std::vector<Reading> readings_, next_;
  Index settled_ = kRoot;
  size_t offset_ = 0;
  size_t steps_ = 0;
};

}  // namespace surecall
