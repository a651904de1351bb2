#include "decode/prefix_store.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <deque>
#include <fstream>
#include <mutex>
#include <thread>

#include "decode/files.h"
#include "decode/prefix_tree.h"

namespace surecall {
namespace {

namespace fs = std::filesystem;

constexpr char kMagic[8] = {'S', 'C', 'P', 'R', 'E', 'F', 'I', 'X'};
constexpr uint32_t kVersion = 1;
constexpr const char* kExtension = ".prefix";
constexpr const char* kTemporary = ".tmp";
constexpr size_t kMostWaiting = 2;

struct Header {
  char magic[8];
  uint32_t version, tokens;
  PrefixKey key;
  uint64_t state_bytes;
  PrefixKey checksum;  // of tokens and state
};
static_assert(sizeof(Header) == 56);

PrefixKey digest(XXH3_state_t& hash) {
  const XXH128_hash_t value = XXH3_128bits_digest(&hash);
  return {value.low64, value.high64};
}

PrefixKey checksum(std::span<const TokenId> tokens, std::span<const uint8_t> state) {
  XXH3_state_t hash;
  XXH3_128bits_reset(&hash);
  XXH3_128bits_update(&hash, tokens.data(), tokens.size_bytes());
  XXH3_128bits_update(&hash, state.data(), state.size_bytes());
  return digest(hash);
}

std::string hex(uint64_t value) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(value));
  return text;
}

std::string name_of(const PrefixKey& key, std::span<const TokenId> tokens) {
  return hex(key.low) + "-" + hex(checksum(tokens, {}).low) + kExtension;
}

/// Header and tokens of a file that claims to be ours; its state is not looked at. Leaves `in` at the state.
bool read_head(std::ifstream& in, uint64_t file_bytes, const PrefixKey& key, Header& header, std::vector<TokenId>& tokens) {
  if (!in.read(reinterpret_cast<char*>(&header), sizeof header)) return false;
  if (std::memcmp(header.magic, kMagic, sizeof kMagic) != 0 || header.version != kVersion || header.key != key) return false;
  const uint64_t token_bytes = uint64_t{header.tokens} * sizeof(TokenId);
  if (header.tokens == 0 || header.state_bytes > file_bytes || file_bytes != sizeof header + token_bytes + header.state_bytes) return false;
  tokens.resize(header.tokens);
  return static_cast<bool>(in.read(reinterpret_cast<char*>(tokens.data()), static_cast<std::streamsize>(token_bytes)));
}

}  // namespace

std::optional<PrefixKey> prefix_key(const std::string& model_path, const std::string& parameters) {
  constexpr uint64_t kMiB = uint64_t{1} << 20, kWhole = 64 * kMiB, kHead = 16 * kMiB, kStretch = 64 << 10, kStretches = 256;
  std::error_code error;
  const uint64_t size = fs::file_size(model_path, error);
  std::ifstream in(model_path, std::ios::binary);
  if (error || !in) return std::nullopt;
  XXH3_state_t hash;
  XXH3_128bits_reset(&hash);
  XXH3_128bits_update(&hash, parameters.data(), parameters.size());
  XXH3_128bits_update(&hash, &size, sizeof size);
  std::vector<char> buffer(kMiB);
  const auto add = [&](uint64_t begin, uint64_t bytes) {
    in.seekg(static_cast<std::streamoff>(begin));
    for (uint64_t at = 0; at < bytes && in; at += buffer.size()) {
      const auto part = static_cast<std::streamsize>(std::min<uint64_t>(buffer.size(), bytes - at));
      in.read(buffer.data(), part);
      XXH3_128bits_update(&hash, buffer.data(), static_cast<size_t>(in.gcount()));
    }
  };
  if (size <= kWhole) {
    add(0, size);
  } else {
    add(0, kHead);
    for (uint64_t i = 0; i < kStretches; ++i) add(kHead + (size - kHead - kMiB) / kStretches * i, kStretch);
    add(size - kMiB, kMiB);
  }
  if (!in) return std::nullopt;
  return digest(hash);
}

struct PrefixStore::State {
  struct Known {
    fs::path path;
    std::vector<TokenId> tokens;
  };

  fs::path folder;
  PrefixKey key;
  uint64_t most_bytes = 0;

  mutable std::mutex mutex;
  std::vector<Known> known;
  std::condition_variable changed;
  std::deque<Prefix> waiting;
  bool writing = false, ending = false;
  std::thread writer;

  void read_index() {
    std::error_code error;
    const std::string start = hex(key.low) + "-";
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
      if (!entry.path().filename().string().starts_with(start) || entry.path().extension() != kExtension) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      Header header;
      std::vector<TokenId> tokens;
      if (read_head(in, entry.file_size(error), key, header, tokens)) {
        known.push_back({entry.path(), std::move(tokens)});
      } else {
        in.close();
        fs::remove(entry.path(), error);
      }
    }
  }

  std::vector<Known>::iterator best(std::span<const TokenId> tokens) {
    return std::max_element(known.begin(), known.end(), [&](const Known& a, const Known& b) {
      return common_prefix(a.tokens, tokens) < common_prefix(b.tokens, tokens);
    });
  }

  std::optional<Prefix> read(const Known& entry) const {
    std::error_code error;
    const uint64_t size = fs::file_size(entry.path, error);
    std::ifstream in(entry.path, std::ios::binary);
    Header header;
    Prefix prefix;
    if (error || !read_head(in, size, key, header, prefix.tokens)) return std::nullopt;
    prefix.state.resize(header.state_bytes);
    if (!in.read(reinterpret_cast<char*>(prefix.state.data()), static_cast<std::streamsize>(header.state_bytes))) return std::nullopt;
    if (checksum(prefix.tokens, prefix.state) != header.checksum) return std::nullopt;
    fs::last_write_time(entry.path, fs::file_time_type::clock::now(), error);  // used: it goes last
    return prefix;
  }

  void write_all() {
    std::unique_lock lock(mutex);
    for (;;) {
      changed.wait(lock, [&] { return ending || !waiting.empty(); });
      if (waiting.empty()) return;
      const Prefix prefix = std::move(waiting.front());
      waiting.pop_front();
      writing = true;
      lock.unlock();
      const bool written = write(prefix);
      lock.lock();
      if (written) known.push_back({folder / name_of(key, prefix.tokens), prefix.tokens});
      writing = false;
      changed.notify_all();
    }
  }

  bool write(const Prefix& prefix) const {
    std::error_code error;
    fs::create_directories(folder, error);
    Header header{{}, kVersion, static_cast<uint32_t>(prefix.tokens.size()), key, prefix.state.size(), checksum(prefix.tokens, prefix.state)};
    std::memcpy(header.magic, kMagic, sizeof kMagic);
    const fs::path path = folder / name_of(key, prefix.tokens);
    const fs::path temporary = path.string() + "." + std::to_string(process_id()) + kTemporary;
    const std::span<const uint8_t> parts[] = {{reinterpret_cast<const uint8_t*>(&header), sizeof header},
                                              {reinterpret_cast<const uint8_t*>(prefix.tokens.data()), prefix.tokens.size() * sizeof(TokenId)},
                                              prefix.state};
    if (!write_durably(temporary, parts)) {
      fs::remove(temporary, error);
      return false;
    }
    fs::rename(temporary, path, error);
    if (error) return false;
    shrink(path);
    return true;
  }

  /// Deletes what was not used for the longest time until the folder is small enough, and what killed processes left.
  void shrink(const fs::path& newest) const {
    struct File {
      fs::path path;
      fs::file_time_type used;
      uint64_t bytes;
    };
    std::vector<File> files;
    uint64_t total = 0;
    std::error_code error;
    const auto stale = fs::file_time_type::clock::now() - std::chrono::hours(1);
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
      const fs::file_time_type used = entry.last_write_time(error);
      if (entry.path().extension() == kTemporary && used < stale) fs::remove(entry.path(), error);
      if (entry.path().extension() != kExtension) continue;
      const uint64_t bytes = entry.file_size(error);
      if (error) continue;  // gone meanwhile
      total += bytes;
      if (entry.path() != newest) files.push_back({entry.path(), used, bytes});
    }
    std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.used < b.used; });
    for (const File& file : files) {
      if (total <= most_bytes) break;
      if (fs::remove(file.path, error)) total -= file.bytes;
    }
    if (total > most_bytes) fs::remove(newest, error);
  }
};

PrefixStore::PrefixStore(fs::path folder, PrefixKey key, uint64_t most_bytes) : state_(std::make_unique<State>()) {
  state_->folder = std::move(folder);
  state_->key = key;
  state_->most_bytes = most_bytes;
  state_->read_index();
  state_->writer = std::thread([state = state_.get()] { state->write_all(); });
}

PrefixStore::~PrefixStore() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->ending = true;
  }
  state_->changed.notify_all();
  state_->writer.join();
}

size_t PrefixStore::known(std::span<const TokenId> tokens) const {
  const std::lock_guard lock(state_->mutex);
  const auto best = state_->best(tokens);
  return best == state_->known.end() ? 0 : common_prefix(best->tokens, tokens);
}

std::optional<PrefixStore::Prefix> PrefixStore::load(std::span<const TokenId> tokens) {
  const std::lock_guard lock(state_->mutex);
  for (;;) {
    const auto best = state_->best(tokens);
    if (best == state_->known.end() || common_prefix(best->tokens, tokens) == 0) return std::nullopt;
    if (std::optional<Prefix> prefix = state_->read(*best); prefix && prefix->tokens == best->tokens) return prefix;
    std::error_code error;
    fs::remove(best->path, error);
    state_->known.erase(best);
  }
}

void PrefixStore::save(Prefix prefix) {
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->waiting.size() >= kMostWaiting) return;
    state_->waiting.push_back(std::move(prefix));
  }
  state_->changed.notify_all();
}

void PrefixStore::flush() {
  std::unique_lock lock(state_->mutex);
  state_->changed.wait(lock, [&] { return state_->waiting.empty() && !state_->writing; });
}

}  // namespace surecall
